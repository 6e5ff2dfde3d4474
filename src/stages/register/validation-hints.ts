/** What helps against what Kafka Connect and its plugins say of a setting; the first that fits is told. */
interface ValidationHint {
  readonly field?: RegExp;
  readonly message?: RegExp;
  readonly hint: string;
}

const GOING_UP_OR_DOWN = /the database system is (shutting down|starting up|in recovery)/i;

/** PostgreSQL is away, as the worker sees it: it is none of the configuration's fault. */
export const isAway = (messages: readonly string[]): boolean =>
  messages.some((message) => GOING_UP_OR_DOWN.test(message) || /connection .*refused/i.test(message));

/* Debezium's validation logs in to the database, and reports each failure of that as one of `database.hostname`. */
const HINTS: readonly ValidationHint[] = [
  {
    message: /password authentication failed|authentication failed/i,
    hint: "the user or the password is wrong, as PostgreSQL sees it from the worker; cdc-pipeline doctor DATABASE tries the login",
  },
  {
    message: GOING_UP_OR_DOWN,
    hint: "PostgreSQL takes nobody in while it starts or ends",
  },
  {
    message: /refused|UnknownHost|unknown host|attempt failed|timed? ?out|No route/i,
    hint: "the worker must reach PostgreSQL under this name and port: database.hostname is what the worker sees, not what this machine does",
  },
  {
    message: /database ".*" does not exist/i,
    hint: "database.dbname names no database of that server; cdc-pipeline prepare DATABASE makes and prepares one",
  },
  {
    field: /^slot\.name$/,
    hint: "a slot's name has lower-case letters, digits and _ alone, at most 63",
  },
  {
    field: /^plugin\.name$/,
    hint: "pgoutput is part of PostgreSQL; decoderbufs, the default, would have to be installed there",
  },
  {
    field: /^topic\.prefix$/,
    hint: "letters, digits, -, . and _ alone; the topics are PREFIX.SCHEMA.TABLE, and it must never change",
  },
  {
    field: /^publication\./,
    hint: "cdc-pipeline prepare DATABASE makes the publication; with it, publication.autocreate.mode is disabled",
  },
  {
    field: /^snapshot\.mode$/,
    hint: "initial takes the rows that are there first, then the changes; no_data the changes alone",
  },
  {
    field: /converter|\.transforms|^transforms/,
    message: /class|could not be found|instance/i,
    hint: "cdc-pipeline connectors plugins --all lists the classes that the worker has",
  },
  {
    message: /Missing required configuration/i,
    hint: "this setting has no default",
  },
];

export function hintFor(field: string, message: string): string | undefined {
  return HINTS.find((one) => (one.field?.test(field) ?? true) && (one.message?.test(message) ?? true))?.hint;
}
