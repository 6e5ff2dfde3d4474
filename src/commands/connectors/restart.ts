import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns, wait } from "./shared.js";

export const restart = defineCommand({
  usage: "connectors restart <pattern..>",
  describe: "Restart connectors with all of their tasks, or only what has failed of them",
  positionals: patterns,
  options: {
    failed: { type: "boolean", describe: "Only what has FAILED, connectors and tasks" },
    task: { type: "number", requiresArg: true, describe: "Only the task of this number, of one connector" },
    wait,
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: ["restart"],
  examples: [["$0 connectors restart --failed '*'", "Whatever has failed, wherever"]],
  load: async () => (await import("../handlers/connectors/restart-connectors.js")).restartConnectors,
});
