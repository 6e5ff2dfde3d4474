import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns } from "./shared.js";

export const list = defineCommand({
  usage: "connectors list [pattern..]",
  describe: "List connectors with their states and those of their tasks, what is not well first",
  positionals: patterns,
  options: {
    failed: { type: "boolean", describe: "Only those of which something has FAILED" },
    check: { type: "boolean", describe: "Exit code 1 unless all are RUNNING with all of their tasks" },
    watch: {
      alias: "w",
      type: "boolean",
      describe: "Go on until Ctrl-C: redraw on a terminal, elsewhere a line for each change",
    },
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  printsJsonLines: ["watch"],
  examples: [["$0 connectors list 'shop-*' --check", "Whether all of them run, for a monitor"]],
  load: async () => (await import("../handlers/connectors/list-connectors.js")).listConnectors,
});
