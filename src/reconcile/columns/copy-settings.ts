/**
 * Settings of the session that copies rows: with them PostgreSQL writes values as text as Debezium has it write them
 * (both as the stream's and as the snapshot's), whatever the server's and the role's own settings are.
 */
export const COPY_SETTINGS: Readonly<Record<string, string>> = {
  client_encoding: "UTF8",
  TimeZone: "UTC",
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  extra_float_digits: "3",
  bytea_output: "hex",
  xmloption: "content",
};
