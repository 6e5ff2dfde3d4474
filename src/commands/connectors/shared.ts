/** The positional of the commands that work on connectors. */
export const patterns = {
  pattern: { describe: "Name of a connector, or a pattern such as 'shop-*'; one or more", array: true },
} as const;

export const connectUrl = {
  type: "string",
  requiresArg: true,
  describe: "Kafka Connect's REST API, without a target: http://host:8083 [env: CDC_PIPELINE_CONNECT_URL]",
} as const;

/** The options of these commands that set a setting. */
export const CONNECT_SETTINGS = { "connect-url": "connect.url" } as const;

export const wait = {
  type: "boolean",
  default: true,
  describe: "Wait until Kafka Connect says that it is so; --no-wait does not",
} as const;

export const dryRun = { type: "boolean", describe: "Show what would be done; change nothing" } as const;

export const yes = { alias: "y", type: "boolean", describe: "Do not ask" } as const;

/** Of the commands that delete connectors. */
export const dropSlots = {
  type: "boolean",
  describe: "Also drop their replication slots; refused where changes have not reached Kafka",
} as const;

export const forceDrop = {
  type: "boolean",
  describe: "With --drop-slots: lose changes that have not reached Kafka",
} as const;
