import { defineCommand } from "../cli/command.js";

export const logs = defineCommand({
  usage: "logs [server]",
  describe: "Print the last lines of a server's log, or of all three",
  positionals: { server: { describe: "Which server", choices: ["postgres", "kafka", "connect"] } },
  options: {
    lines: { alias: "n", type: "number", default: 40, requiresArg: true, describe: "How many lines of each" },
    follow: { alias: "f", type: "boolean", describe: "Print what is added, until interrupted" },
  },
  stages: [],
  load: async () => (await import("./handlers/show-logs.js")).showLogs,
});
