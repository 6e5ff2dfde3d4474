import { defineCommand } from "../cli/command.js";
import { dryRun } from "./shared-options.js";

export const deploy = defineCommand({
  usage: "deploy",
  describe: "Start PostgreSQL, Kafka and Kafka Connect",
  positionals: {},
  options: { "dry-run": dryRun },
  stages: ["deploy"],
  load: async () => (await import("./handlers/run-stages.js")).runStages(["deploy"]),
});
