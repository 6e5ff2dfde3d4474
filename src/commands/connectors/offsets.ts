import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, dryRun, patterns, yes } from "./shared.js";

export const offsets = defineCommand({
  usage: "connectors offsets <pattern..>",
  describe: "Show how far connectors have read, next to their replication slots; reset or set it",
  positionals: patterns,
  options: {
    reset: { type: "boolean", describe: "Delete what stopped connectors have stored; asks, or needs --yes" },
    set: {
      type: "string",
      requiresArg: true,
      describe: "Give a stopped connector the offsets of a JSON file (`-`: stdin), as --json prints them",
    },
    "dry-run": dryRun,
    yes,
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/show-offsets.js")).showOffsets,
});
