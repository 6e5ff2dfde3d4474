import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { quoteIdentifier } from "../../clients/postgres.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { CdcError } from "../../errors.js";
import { shellWord } from "../../shell-words.js";

/** The way by which a connector takes signals. */
export type SignalChannel =
  /** A table; a row that is put into it is a signal. */
  | { readonly kind: "source"; readonly schema: string; readonly table: string }
  /** A topic, in which the key is the connector's topic prefix. */
  | { readonly kind: "kafka"; readonly topic: string; readonly key: string };

/**
 * The channel that a connector's settings open for incremental snapshots.
 * @throws CdcError SIGNALS_OFF
 */
export function signalChannelOf(connector: string, config: ConnectorConfig): SignalChannel {
  const channels = (config["signal.enabled.channels"] ?? "source").split(",").map((one) => one.trim());
  const [first = ""] = (config["signal.data.collection"] ?? "").split(",");
  const table = parseTable(first.trim());
  if (channels.includes("source") && table !== undefined) return { kind: "source", ...table };
  // Debezium marks each part of a snapshot by rows in the table, unless it must write nothing.
  if (channels.includes("kafka") && (table !== undefined || config["read.only"] === "true")) {
    const prefix = debeziumSetting(config, "topic.prefix") ?? "";
    return { kind: "kafka", topic: config["signal.kafka.topic"] ?? `${prefix}-signal`, key: prefix };
  }
  const message = `connector ${connector} takes no signals, so nothing can be asked of it`;
  throw new CdcError("SIGNALS_OFF", message, {
    hint: howToTurnOn(config),
    details: { connector, settings: ["signal.enabled.channels", "signal.data.collection"] },
  });
}

function howToTurnOn(config: ConnectorConfig): string {
  const database = shellWord(config["database.dbname"] ?? "");
  const role = quoteIdentifier(config["database.user"] ?? "debezium_user");
  return [
    `set debezium.signals to true, then: cdc-pipeline prepare ${database} && cdc-pipeline register ${database}`,
    "or, for a connector that is not the program's own, make a table and let Debezium write to it:",
    "  CREATE TABLE public.debezium_signal (id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data text);",
    `  GRANT SELECT, INSERT, DELETE ON public.debezium_signal TO ${role};`,
    "and add to its settings:",
    '  "signal.enabled.channels": "source", "signal.data.collection": "public.debezium_signal"',
  ].join("\n");
}

/** `schema.table`, where either may stand in quotes. */
function parseTable(text: string): { schema: string; table: string } | undefined {
  const [, schema, table] = /^("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".]+)$/.exec(text) ?? [];
  return schema === undefined || table === undefined
    ? undefined
    : { schema: unquote(schema), table: unquote(table) };
}

const unquote = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
