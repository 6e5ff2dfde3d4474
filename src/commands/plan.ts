import { defineCommand } from "../cli/command.js";
import { adopt, databases, schema, schemas, withKafka } from "./shared-options.js";

export const plan = defineCommand({
  usage: "plan <database..>",
  describe: "Show what up would do, as a diff with its exact SQL; changes nothing",
  positionals: databases,
  options: {
    sql: { type: "boolean", describe: "Print the SQL alone, as a script for psql" },
    schemas,
    schema,
    adopt,
    "with-kafka": withKafka,
  },
  settings: { schemas: "debezium.schemas", "with-kafka": "k8s.withKafka" },
  stages: [],
  load: async () => (await import("./handlers/show-plan.js")).planUp,
});
