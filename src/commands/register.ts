import { defineCommand } from "../cli/command.js";
import { adopt, databases, dryRun, schemas } from "./shared-options.js";

export const register = defineCommand({
  usage: "register <database..>",
  describe: "Register the connector and wait until all of its tasks run",
  positionals: databases,
  options: {
    schemas,
    adopt,
    emit: {
      choices: ["strimzi"],
      requiresArg: true,
      describe: "Print the connector as a KafkaConnector resource of Strimzi instead of registering it",
    },
    "dry-run": dryRun,
  },
  settings: { schemas: "debezium.schemas" },
  stages: ["register"],
  load: async () => (await import("./handlers/register-connectors.js")).registerConnectors,
});
