import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns, wait } from "./shared.js";

export const pause = defineCommand({
  usage: "connectors pause <pattern..>",
  describe: "Pause connectors: their tasks stay, and do nothing until they are resumed",
  positionals: patterns,
  options: { wait, "connect-url": connectUrl },
  settings: CONNECT_SETTINGS,
  stages: ["pause"],
  load: async () => (await import("../handlers/connectors/halt-connectors.js")).haltConnectors("pause"),
});
