import { defineCommand } from "../cli/command.js";

export const events = defineCommand({
  usage: "events <database> [table]",
  describe: "Print the change events of a database's tables as they come",
  positionals: {
    database: { describe: "Application database" },
    table: { describe: "Only this table: schema.table, or its name in any schema" },
  },
  options: {
    from: {
      type: "string",
      choices: ["beginning", "end"],
      default: "end",
      requiresArg: true,
      describe: "Where to begin in what Kafka has",
    },
    max: { type: "number", requiresArg: true, describe: "End after this many; without it, on Ctrl-C" },
  },
  printsJsonLines: true,
  stages: [],
  examples: [["$0 events mykart products --from beginning --max 3", "What Kafka has of a table"]],
  load: async () => (await import("./handlers/show-events.js")).showEvents,
});
