import pMap from "p-map";

import type { ConnectClient, RegisteredConnector } from "../../clients/connect/connect-client.js";
import type { ConnectEndpoint } from "../../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import type { Context } from "../../context.js";
import { CdcError, toCdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { deadlineIn } from "../../wait/deadline.js";
import { readStoredPosition, type StoredPosition } from "./stored-position.js";

/** Its configuration holds passwords: a finding shows chosen values, never the whole. */
export interface ConnectorFacts extends RegisteredConnector {
  /**
   * Where Connect will go on from; null where it has stored nothing yet. Undefined where it cannot be read,
   * or was not: only the connectors of the databases looked at are asked for.
   */
  readonly position: StoredPosition | null | undefined;
}

/** One Connect cluster, read in a fixed number of requests. */
export interface ConnectFacts {
  readonly version: string;
  readonly kafkaClusterId: string;
  readonly isHealthy: boolean;
  readonly healthMessage: string;
  readonly plugins: readonly { readonly class: string; readonly version: string }[];
  /** Every connector there is, ours or not. */
  readonly connectors: readonly ConnectorFacts[];
}

/** A look, not a wait: a worker that rebalances for longer is told as it is. */
const REBALANCE_MS = 2_000;
const OFFSETS_AT_ONCE = 8;

/**
 * Reads all connectors, and the offsets of those of the given databases.
 * @param slotsRead offsets are read after it: a slot follows the offset that is stored, so that one which
 *   was read before is never ahead by chance
 * @throws CdcError CONNECT_UNREACHABLE, CONNECT_FAILED
 */
export async function readConnect(
  endpoint: ConnectEndpoint,
  names: readonly DatabaseNames[],
  { signal, deadline }: Context,
  slotsRead: Promise<unknown> = Promise.resolve(),
): Promise<ConnectFacts> {
  const shortDeadline = deadlineIn(Math.min(REBALANCE_MS, deadline.remainingMs()));
  const client = createConnectClient(endpoint, { signal, deadline: shortDeadline });
  const ours = new Set(names.map(({ connector }) => connector));
  const healthy = readHealth(client);
  try {
    const [info, plugins, registered, health] = await Promise.all([
      client.clusterInfo(),
      client.plugins(),
      client.connectors(),
      healthy,
      slotsRead,
    ]);
    return {
      version: info.version,
      kafkaClusterId: info.kafka_cluster_id,
      isHealthy: health.healthy,
      healthMessage: health.message,
      plugins,
      connectors: await pMap(
        registered,
        async (connector) => ({
          ...connector,
          position: ours.has(connector.name) ? await readPosition(client, connector) : undefined,
        }),
        { concurrency: OFFSETS_AT_ONCE },
      ),
    };
  } catch (error) {
    const health = await healthy;
    signal.throwIfAborted();
    // A worker that is starting answers everything else with errors that say less.
    if (toCdcError(error).code !== "CONNECT_FAILED" || health.healthy) throw error;
    throw new CdcError("CONNECT_FAILED", `Kafka Connect at ${endpoint.url} is not ready: ${health.message}`, {
      cause: error,
    });
  }
}

async function readHealth(client: ConnectClient): Promise<{ healthy: boolean; message: string }> {
  try {
    return await client.health();
  } catch (error) {
    return { healthy: false, message: toCdcError(error).message };
  }
}

/** Offsets are read from Kafka, which may fail while all else works; then they are not known. */
async function readPosition(
  client: ConnectClient,
  { name, config }: RegisteredConnector,
): Promise<ConnectorFacts["position"]> {
  try {
    const offsets = await client.offsets(name);
    return offsets === undefined ? undefined : readStoredPosition(offsets, config["topic.prefix"]);
  } catch (error) {
    if (toCdcError(error).code.startsWith("CONNECT_")) return undefined;
    throw error;
  }
}
