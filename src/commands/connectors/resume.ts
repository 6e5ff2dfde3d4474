import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns, wait } from "./shared.js";

export const resume = defineCommand({
  usage: "connectors resume <pattern..>",
  describe: "Let paused and stopped connectors go on",
  positionals: patterns,
  options: { wait, "connect-url": connectUrl },
  settings: CONNECT_SETTINGS,
  stages: ["resume"],
  load: async () => (await import("../handlers/connectors/resume-connectors.js")).resumeConnectors,
});
