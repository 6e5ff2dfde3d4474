import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { CdcError } from "../../errors.js";

/**
 * The topic in which the connector tells where transactions begin and end.
 * @throws CdcError TRANSACTIONS_NOT_TOLD
 */
export function transactionTopicOf(connector: string, config: ConnectorConfig): string {
  if (config["provide.transaction.metadata"] !== "true") {
    throw new CdcError(
      "TRANSACTIONS_NOT_TOLD",
      `${connector} does not tell where transactions begin and end`,
      {
        hint: 'add "provide.transaction.metadata": "true" to the connector\'s template and register it again; transactions from then on can be checked',
        details: { connector, setting: "provide.transaction.metadata" },
      },
    );
  }
  const delimiter = debeziumSetting(config, "topic.delimiter") ?? ".";
  return [debeziumSetting(config, "topic.prefix") ?? "", config["topic.transaction"] ?? "transaction"].join(
    delimiter,
  );
}
