import { defineCommand } from "../cli/command.js";
import { databases, dryRun } from "./shared-options.js";

export const verify = defineCommand({
  usage: "verify <database..>",
  describe: "Prove capture: insert a row, see its event come out of the topic",
  positionals: databases,
  options: { "dry-run": dryRun },
  stages: ["verify"],
  load: async () => (await import("./handlers/run-stages.js")).runStages(["verify"]),
});
