import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns } from "./shared.js";

export const get = defineCommand({
  usage: "connectors get <pattern..>",
  describe: "Show connectors with their tasks, configuration, topics and offsets; no secrets",
  positionals: patterns,
  options: {
    "config-only": {
      type: "boolean",
      describe: "Print only the configuration, as JSON that `register -f` reads",
    },
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/get-connectors.js")).getConnectors,
});
