import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns, wait } from "./shared.js";

export const stop = defineCommand({
  usage: "connectors stop <pattern..>",
  describe: "Stop connectors: they have no tasks until they are resumed; offsets can be changed then",
  positionals: patterns,
  options: { wait, "connect-url": connectUrl },
  settings: CONNECT_SETTINGS,
  stages: ["stop"],
  load: async () => (await import("../handlers/connectors/halt-connectors.js")).haltConnectors("stop"),
});
