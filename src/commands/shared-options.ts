/** The positional of the commands that work on application databases. */
export const databases = {
  database: { describe: "Application database, one or more", array: true },
} as const;

export const schema = {
  type: "string",
  requiresArg: true,
  describe: "SQL file to make a missing database from (an existing one is never changed)",
} as const;

export const schemas = {
  type: "string",
  requiresArg: true,
  describe: "Schemas to capture, a,b; all of the application's if not given",
} as const;

export const all = {
  type: "boolean",
  describe: "Every database of the server but templates and the administrator's",
} as const;

export const newDatabases = {
  type: "boolean",
  describe: "Prepare template1 too, so that later databases are born ready",
} as const;

export const adopt = {
  type: "boolean",
  describe: "Take over a connector, role or publication of the same name that was made by somebody else",
} as const;

export const dryRun = {
  type: "boolean",
  describe: "Show what would be done, with its exact SQL; do nothing",
} as const;

export const withKafka = {
  type: "boolean",
  describe: "For k8s: deploy a single Kafka and Kafka Connect as well, for demos",
} as const;
