import { defineCommand } from "../cli/command.js";
import { STAGES } from "../progress.js";
import { adopt, databases, dryRun, schema, schemas } from "./shared-options.js";

export const up = defineCommand({
  usage: "up <database..>",
  describe: "Bring a database to proven change data capture: deploy, prepare, register, verify",
  positionals: databases,
  options: { schema, schemas, adopt, "dry-run": dryRun },
  settings: { schemas: "debezium.schemas" },
  stages: STAGES,
  load: async () => (await import("./handlers/run-stages.js")).runStages(STAGES),
});
