import { defineCommand } from "../cli/command.js";

export const down = defineCommand({
  usage: "down",
  describe: "Stop the servers that were started from this directory; their data stays",
  positionals: {},
  options: {
    purge: { type: "boolean", describe: "Also remove their data and logs (needs --yes)" },
    "dry-run": { type: "boolean", describe: "Show what would be stopped and removed; do nothing" },
    yes: { alias: "y", type: "boolean", describe: "Do not ask" },
  },
  stages: ["down"],
  load: async () => (await import("./handlers/take-down.js")).takeDown,
});
