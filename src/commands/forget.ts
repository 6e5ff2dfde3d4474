import { defineCommand } from "../cli/command.js";
import { databases } from "./shared-options.js";

export const forget = defineCommand({
  usage: "forget [database..]",
  describe: "Undo the capture of databases: connector, slot, publication, grants; the databases stay",
  positionals: databases,
  options: {
    topics: { type: "boolean", describe: "Delete the topics of their events as well" },
    role: { type: "boolean", describe: "Drop Debezium's role too, where no other database needs it" },
    "new-databases": { type: "boolean", describe: "Undo the preparation of template1" },
    force: { type: "boolean", describe: "Lose changes that have not reached Kafka" },
    "dry-run": { type: "boolean", describe: "Show what would be removed and what stays; do nothing" },
    yes: { alias: "y", type: "boolean", describe: "Do not ask" },
  },
  insteadOfDatabase: ["new-databases"],
  stages: ["forget"],
  examples: [["$0 forget shop --topics --role --dry-run", "What undoing everything of shop would remove"]],
  load: async () => (await import("./handlers/forget-databases.js")).forgetDatabases,
});
