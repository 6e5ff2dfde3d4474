import { defineCommand } from "../cli/command.js";
import { adopt, databases, dryRun, schemas } from "./shared-options.js";

export const register = defineCommand({
  usage: "register <database..>",
  describe: "Register the connector and wait until all of its tasks run",
  positionals: databases,
  options: { schemas, adopt, "dry-run": dryRun },
  settings: { schemas: "debezium.schemas" },
  stages: ["register"],
  load: async () => (await import("./handlers/run-stages.js")).runStages(["register"]),
});
