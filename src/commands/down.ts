import { defineCommand } from "../cli/command.js";

export const down = defineCommand({
  usage: "down",
  describe: "Stop the servers that were started from this directory; their data stays",
  positionals: {},
  options: {
    volumes: {
      alias: "purge",
      type: "boolean",
      describe: "Also remove their data and logs; asks, or needs --yes",
    },
    "keep-postgres": {
      type: "boolean",
      describe: "Stop Kafka and Kafka Connect only; replication slots and connectors go too",
    },
    force: { type: "boolean", describe: "With --keep-postgres: lose changes that have not reached Kafka" },
    "dry-run": { type: "boolean", describe: "Show what would be stopped, removed and kept; do nothing" },
    yes: { alias: "y", type: "boolean", describe: "Do not ask" },
  },
  stages: ["down"],
  load: async () => (await import("./handlers/take-down.js")).takeDown,
});
