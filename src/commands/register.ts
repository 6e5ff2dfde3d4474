import { defineCommand } from "../cli/command.js";
import { file, prune, set } from "./connectors/file-options.js";
import { CONNECT_SETTINGS, connectUrl, dropSlots, forceDrop, yes } from "./connectors/shared.js";
import { adopt, databases, dryRun, schemas } from "./shared-options.js";

export const register = defineCommand({
  usage: "register [database..]",
  describe: "Register connectors, of databases or of files, and wait until all of their tasks run",
  positionals: databases,
  insteadOfDatabase: ["file"],
  options: {
    file,
    set,
    prune,
    "drop-slots": {
      ...dropSlots,
      describe: "With --prune: also drop their replication slots, if nothing is lost",
    },
    force: forceDrop,
    schemas,
    adopt,
    settle: {
      type: "string",
      requiresArg: true,
      describe: "Seconds for which what was made must stay RUNNING, 0.5 if not given",
    },
    emit: {
      choices: ["strimzi"],
      requiresArg: true,
      describe: "Print the connector as a KafkaConnector resource of Strimzi instead of registering it",
    },
    "dry-run": dryRun,
    yes,
    "connect-url": connectUrl,
  },
  settings: { schemas: "debezium.schemas", ...CONNECT_SETTINGS },
  stages: ["register"],
  examples: [["$0 register -f connectors/ --prune", "What Kafka Connect runs is what the folder says"]],
  load: async () => (await import("./handlers/register-connectors.js")).registerConnectors,
});
