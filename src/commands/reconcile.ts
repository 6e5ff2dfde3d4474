import { defineCommand } from "../cli/command.js";

export const reconcile = defineCommand({
  usage: "reconcile <database>",
  describe: "Prove that Kafka has every committed row of a database, and nothing else",
  positionals: { database: { describe: "Application database" } },
  options: {
    table: {
      type: "string",
      array: true,
      nargs: 1,
      describe: "Only this table: schema.table, or its name in any schema. May be given several times",
    },
    connector: {
      type: "string",
      requiresArg: true,
      describe: "The connector that captures it, where it is not cdc-pipeline's own",
    },
    sample: { type: "string", requiresArg: true, describe: "Compare only a part of the keys: 10%" },
    since: {
      type: "string",
      requiresArg: true,
      describe: "Read no older events: 2h, 3d, or a time with its zone",
    },
    "read-from": {
      type: "string",
      requiresArg: true,
      describe: "Copy the rows from this standby: HOST or HOST:PORT",
    },
    "late-after": {
      type: "string",
      requiresArg: true,
      describe: "Count changes as late that took more seconds from their commit to Kafka",
    },
    "max-named": {
      type: "string",
      requiresArg: true,
      describe: "How many differences of each kind and table are named (default 20); all are counted",
    },
    strict: {
      type: "boolean",
      describe: "Fail on duplicates, disorder, missing tombstones and what cannot be proved, too",
    },
    transactions: {
      type: "boolean",
      describe: "Prove too that each transaction arrived whole (needs provide.transaction.metadata)",
    },
    "repair-signal": {
      type: "boolean",
      describe: "Have Debezium read again what is lost or different, and compare once more",
    },
    yes: { alias: "y", type: "boolean", describe: "With --repair-signal: do not ask" },
    report: {
      type: "string",
      array: true,
      nargs: 1,
      describe: "Also write a report: junit=FILE or html=FILE. May be given several times",
    },
  },
  stages: ["reconcile"],
  examples: [
    ["$0 reconcile mykart", "All captured tables"],
    ["$0 reconcile mykart --table orders --sample 10%", "A tenth of the rows of one table"],
  ],
  load: async () => (await import("./handlers/reconcile-database.js")).reconcileDatabase,
});
