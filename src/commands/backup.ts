import { defineCommand } from "../cli/command.js";

export const backup = defineCommand({
  usage: "backup [action]",
  describe: "Take a base backup of PostgreSQL; list them, or remove old ones",
  positionals: {
    action: { describe: "list: show them; prune: remove old ones", choices: ["list", "prune"] },
  },
  options: {
    keep: { type: "string", requiresArg: true, describe: "With prune: keep so many of the newest" },
    "older-than": {
      type: "string",
      requiresArg: true,
      describe: "With prune: remove only older ones, such as 7d or 12h",
    },
    "dry-run": { type: "boolean", describe: "With prune: show what would be removed; remove nothing" },
  },
  stages: [],
  examples: [["$0 backup prune --keep 3", "Remove all but the newest three, and WAL that none needs"]],
  load: async () => (await import("./handlers/back-up.js")).backUp,
});
