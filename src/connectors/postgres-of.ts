import type { ConnectorConfig } from "../clients/connect/connect-client.js";
import { debeziumSetting } from "../doctor/debezium-setting.js";
import { isLoopback } from "../doctor/is-loopback.js";

interface Address {
  readonly host: string;
  readonly port: number;
}

export interface KnownServers {
  /** The URL of Kafka Connect. */
  readonly connectUrl: string;
  /** PostgreSQL as Kafka Connect reaches it. */
  readonly postgres: Address;
}

/** Why the PostgreSQL of a Debezium connector is not the one that the target names; undefined where it is. */
export function whyNotAsked(
  config: ConnectorConfig,
  { connectUrl, postgres }: KnownServers,
): string | undefined {
  const host = debeziumSetting(config, "database.hostname");
  const port = debeziumSetting(config, "database.port");
  if (host === undefined || port === undefined) {
    return "a config provider of the worker gives its PostgreSQL";
  }
  const address = `${host}:${port}`;
  const isSame = normal(host) === normal(postgres.host) && Number(port) === postgres.port;
  if (!isSame) return `it reads ${address}, and the PostgreSQL that is known here is another`;
  // On a worker elsewhere, an address of loopback is that machine's own.
  if (isLoopback(host) && !isLoopback(new URL(connectUrl).hostname.replace(/^\[|\]$/g, ""))) {
    return `it reads ${address} of the worker's own machine`;
  }
  return undefined;
}

const normal = (host: string): string => (isLoopback(host) ? "loopback" : host.toLowerCase());
