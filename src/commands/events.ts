import { defineCommand } from "../cli/command.js";

const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;

export const events = defineCommand({
  usage: "events <database> [table..]",
  describe: "Print the change events of a database's tables as they come",
  positionals: {
    database: { describe: "Application database" },
    table: { describe: "Only these tables: schema.table, or a name in any schema", array: true },
  },
  options: {
    from: {
      ...text("Where to begin: beginning, end, a time, 15m (ago), offset:123 or offset:0=123,1=456"),
      default: "end",
    },
    until: text("Where to end, in the same words; end is what is there now"),
    op: text("Only these operations: c,u,d,t,r of insert, update, delete, truncate, snapshot"),
    key: {
      ...text("Only this key: id=5, again for each of its columns; or its text"),
      array: true,
      nargs: 1,
    },
    where: text('Only where this is true: "after.price > 10 and before.status != after.status"'),
    include: {
      ...text("Print these as well, which are beside the changes of tables"),
      array: true,
      nargs: 1,
      choices: ["transaction", "heartbeat", "message"],
    },
    connector: text("The connector whose events they are, if it is not named after the database"),
    max: { type: "number", requiresArg: true, describe: "End after this many; without it, on Ctrl-C" },
  },
  printsJsonLines: true,
  stages: [],
  examples: [
    ["$0 events mykart products --from beginning --max 3", "What Kafka has of a table"],
    ["$0 events mykart products --op u --where 'after.price < before.price'", "What gets cheaper"],
    ["$0 events mykart --from 15m --until end --json", "The last quarter of an hour, for jq"],
  ],
  load: async () => (await import("./handlers/show-events.js")).showEvents,
});
