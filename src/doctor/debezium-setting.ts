import type { ConnectorConfig } from "../clients/connect/connect-client.js";

export const POSTGRES_CONNECTOR = "io.debezium.connector.postgresql.PostgresConnector";

/** What Debezium takes where its configuration says nothing. */
const DEFAULTS = {
  "database.dbname": "",
  "database.hostname": "",
  "database.port": "5432",
  "database.sslmode": "prefer",
  "heartbeat.action.query": "",
  "heartbeat.interval.ms": "0",
  "lsn.flush.mode": "connector",
  "message.key.columns": "",
  "offset.mismatch.strategy": "no_validation",
  "plugin.name": "decoderbufs",
  "producer.override.max.request.size": "1048576",
  "publication.autocreate.mode": "all_tables",
  "publication.name": "dbz_publication",
  "schema.exclude.list": "",
  "schema.include.list": "",
  "skipped.operations": "t",
  "slot.drop.on.stop": "false",
  "slot.name": "debezium",
  "snapshot.mode": "initial",
  "table.exclude.list": "",
  "table.include.list": "",
  "topic.creation.default.replication.factor": "",
  "topic.delimiter": ".",
  "topic.naming.strategy": "io.debezium.schema.SchemaTopicNamingStrategy",
  "topic.prefix": "",
} as const;

/** A setting as it is in force; undefined where a config provider of the worker (`${file:…}`) gives it. */
export function debeziumSetting(config: ConnectorConfig, key: keyof typeof DEFAULTS): string | undefined {
  const value = config[key] ?? DEFAULTS[key];
  return /\$\{[^}]*:[^}]*\}/.test(value) ? undefined : value;
}

/** Kafka Connect takes these short names too. */
const POSTGRES_CLASSES = [POSTGRES_CONNECTOR, "PostgresConnector", "Postgres"];

export const isPostgresConnector = (config: ConnectorConfig): boolean =>
  POSTGRES_CLASSES.includes(config["connector.class"] ?? "");
