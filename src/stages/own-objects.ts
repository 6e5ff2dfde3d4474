/** The comment on everything that the program makes in PostgreSQL, by which it knows it again. */
export const MARK = "Made by cdc-pipeline";

/** The key by which the program knows its own connectors again; Connect keeps keys it does not know. */
export const CONNECTOR_MARK_KEY = "cdc.pipeline.managed";

/** The mark's value on the connectors of databases, and on those of files; files may be several sets. */
export const DATABASE_MARK = "true";
export const fileMark = (set?: string): string => (set === undefined ? "files" : `files:${set}`);

/** The schema of the program's own table in an application's database. */
export const OWN_SCHEMA = "cdc_pipeline";

/** The table that `verify` puts its row into. */
export const PROBE_TABLE = `${OWN_SCHEMA}.probe`;

/** The table by which Debezium is asked for rows again, where `debezium.signals` says so. */
export const SIGNAL_TABLE = `${OWN_SCHEMA}.signal`;
