import { defineCommand } from "../cli/command.js";
import { adopt, all, databases, dryRun, newDatabases, schema, schemas } from "./shared-options.js";

export const prepare = defineCommand({
  usage: "prepare [database..]",
  describe: "Make databases ready for Debezium: role, grants, publication",
  positionals: databases,
  options: { all, "new-databases": newDatabases, schemas, schema, adopt, "dry-run": dryRun },
  insteadOfDatabase: ["all", "new-databases"],
  settings: { schemas: "debezium.schemas" },
  stages: ["prepare"],
  load: async () => (await import("./handlers/run-stages.js")).runStages(["prepare"]),
});
