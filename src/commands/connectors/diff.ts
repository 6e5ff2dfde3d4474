import { defineCommand } from "../../cli/command.js";
import { file, prune, set } from "./file-options.js";
import { CONNECT_SETTINGS, connectUrl, patterns } from "./shared.js";

export const diff = defineCommand({
  usage: "connectors diff [pattern..]",
  describe: "Compare connector files with what runs; exit code 1 where something differs",
  positionals: patterns,
  options: { file, set, prune, "connect-url": connectUrl },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/diff-files.js")).diffFiles,
});
