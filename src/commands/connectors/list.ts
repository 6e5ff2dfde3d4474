import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns } from "./shared.js";

export const list = defineCommand({
  usage: "connectors list [pattern..]",
  describe: "List connectors with their states and those of their tasks",
  positionals: patterns,
  options: { "connect-url": connectUrl },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/list-connectors.js")).listConnectors,
});
