import type { ConnectClient, ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import type { DatabaseNames } from "../../names.js";
import { refuseMissing } from "./require-live-connector.js";

/** The connector of a database as it is registered. */
export interface WatchedConnector {
  readonly config: ConnectorConfig;
  /** With the slot and the prefix of topics that its configuration has. */
  readonly names: DatabaseNames;
}

/** @throws CdcError NOT_STREAMING where there is none */
export async function readConnector(
  connect: Pick<ConnectClient, "config">,
  names: DatabaseNames,
): Promise<WatchedConnector> {
  const config = (await connect.config(names.connector)) ?? refuseMissing(names);
  const own = (key: "slot.name" | "topic.prefix") =>
    config[key] === undefined ? undefined : debeziumSetting(config, key);
  return {
    config,
    names: {
      ...names,
      slot: own("slot.name") ?? names.slot,
      topicPrefix: own("topic.prefix") ?? names.topicPrefix,
    },
  };
}
