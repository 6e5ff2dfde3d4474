import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, dropSlots, dryRun, forceDrop, patterns, yes } from "./shared.js";

export const deleteCommand = defineCommand({
  usage: "connectors delete <pattern..>",
  describe:
    "Delete connectors; asks, or needs --yes. Replication slots stay unless --drop-slots, and are named",
  positionals: patterns,
  options: {
    "reset-offsets": {
      type: "boolean",
      describe: "Also delete what they have stored of how far they have read",
    },
    "drop-slots": dropSlots,
    force: forceDrop,
    "dry-run": dryRun,
    yes,
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: ["delete"],
  load: async () => (await import("../handlers/connectors/delete-connectors.js")).deleteConnectors,
});
