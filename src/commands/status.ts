import { defineCommand } from "../cli/command.js";

export const status = defineCommand({
  usage: "status",
  describe: "Show servers, databases, connectors, slots, lag, and what is wrong; changes nothing",
  positionals: {},
  options: {
    watch: { type: "boolean", describe: "Go on until Ctrl-C, on the whole terminal" },
    every: {
      type: "number",
      requiresArg: true,
      default: 2,
      describe: "With --watch: seconds from one look to the next",
    },
    strict: { type: "boolean", describe: "Fail where something is wrong" },
  },
  stages: [],
  printsJsonLines: ["watch"],
  examples: [
    ["$0 status --watch", "The same, live"],
    ["$0 status --watch --every 60 --json", "A JSON object a line"],
  ],
  load: async () => (await import("./handlers/show-status.js")).showStatus,
});
