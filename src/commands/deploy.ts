import { defineCommand } from "../cli/command.js";

export const deploy = defineCommand({
  usage: "deploy",
  describe: "Start PostgreSQL, Kafka and Kafka Connect",
  positionals: {},
  options: {},
  stages: ["deploy"],
  load: async () => (await import("./handlers/run-stages.js")).runStages(["deploy"]),
});
