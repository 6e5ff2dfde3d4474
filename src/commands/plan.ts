import { defineCommand } from "../cli/command.js";
import { adopt, databases, schema, schemas } from "./shared-options.js";

export const plan = defineCommand({
  usage: "plan <database..>",
  describe: "Show what up would do, as a diff with its exact SQL; changes nothing",
  positionals: databases,
  options: {
    sql: { type: "boolean", describe: "Print the SQL alone, as a script for psql" },
    schemas,
    schema,
    adopt,
  },
  settings: { schemas: "debezium.schemas" },
  stages: [],
  load: async () => (await import("./handlers/show-plan.js")).planUp,
});
