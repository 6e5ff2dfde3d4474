import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns } from "./shared.js";

export const exportCommand = defineCommand({
  usage: "connectors export [pattern..]",
  describe: "Write connectors into files that register -f takes; secrets become ${env:NAME}",
  positionals: patterns,
  options: {
    out: {
      type: "string",
      requiresArg: true,
      describe: "Folder for the files, one a connector; it is made where it is missing",
    },
    overwrite: { type: "boolean", describe: "Replace files that hold something else" },
    "with-secrets": {
      type: "boolean",
      describe: "Write secrets as they are, into files that only you can read",
    },
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/export-files.js")).exportFiles,
});
