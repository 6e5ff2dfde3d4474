import { defineCommand } from "../cli/command.js";

export const status = defineCommand({
  usage: "status",
  describe: "Show the servers, the connectors and their slots; changes nothing",
  positionals: {},
  options: {},
  stages: [],
  load: async () => (await import("./handlers/show-status.js")).showStatus,
});
