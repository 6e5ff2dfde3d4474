import { defineCommand } from "../../cli/command.js";
import { file } from "./file-options.js";
import { CONNECT_SETTINGS, connectUrl } from "./shared.js";

export const validate = defineCommand({
  usage: "connectors validate",
  describe: "Have Kafka Connect look at connector files: each field that it would refuse, and why",
  positionals: {},
  options: { file, "connect-url": connectUrl },
  settings: CONNECT_SETTINGS,
  stages: ["validate"],
  load: async () => (await import("../handlers/connectors/validate-files.js")).validateFiles,
});
