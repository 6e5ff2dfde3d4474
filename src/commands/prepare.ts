import { defineCommand } from "../cli/command.js";
import { databases, schema } from "./shared-options.js";

export const prepare = defineCommand({
  usage: "prepare <database..>",
  describe: "Make a database ready for Debezium: role, grants, publication",
  positionals: databases,
  options: { schema },
  stages: ["prepare"],
  load: async () => (await import("./handlers/run-stages.js")).runStages(["prepare"]),
});
