import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl } from "./shared.js";

export const loggers = defineCommand({
  usage: "connectors loggers [logger] [level]",
  describe: "Show the log levels of Kafka Connect, or set one while it runs",
  positionals: {
    logger: { describe: "Such as root, or io.debezium.connector.postgresql" },
    level: { describe: "TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF" },
  },
  options: {
    scope: {
      type: "string",
      choices: ["cluster", "worker"],
      requiresArg: true,
      describe: "All workers, or the one that is asked; all where Kafka is 3.7 or newer",
    },
    all: { type: "boolean", describe: "Also those that have the level of the root" },
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/show-loggers.js")).showLoggers,
});
