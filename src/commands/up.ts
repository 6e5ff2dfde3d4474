import { defineCommand } from "../cli/command.js";
import { STAGES } from "../progress.js";
import { adopt, databases, dryRun, schema, schemas, withKafka } from "./shared-options.js";

export const up = defineCommand({
  usage: "up <database..>",
  describe: "Bring a database to proven change data capture: deploy, prepare, register, verify",
  positionals: databases,
  options: { schema, schemas, adopt, "with-kafka": withKafka, "dry-run": dryRun },
  settings: { schemas: "debezium.schemas", "with-kafka": "k8s.withKafka" },
  stages: STAGES,
  load: async () => (await import("./handlers/run-stages.js")).runStages(STAGES),
});
