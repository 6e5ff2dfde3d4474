import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl } from "./shared.js";

export const plugins = defineCommand({
  usage: "connectors plugins [class]",
  describe: "List the connector classes that there are, or the settings of one",
  positionals: { class: { describe: "A class, whole or without its package" } },
  options: {
    all: { type: "boolean", describe: "Also converters, transformations and what else can be plugged in" },
    search: {
      type: "string",
      requiresArg: true,
      describe: "Only those whose name or documentation has this word",
    },
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  examples: [["$0 connectors plugins PostgresConnector --search slot", "What can be set of the slot"]],
  load: async () => (await import("../handlers/connectors/show-plugins.js")).showPlugins,
});
