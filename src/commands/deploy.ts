import { defineCommand } from "../cli/command.js";
import { dryRun, withKafka } from "./shared-options.js";

export const deploy = defineCommand({
  usage: "deploy",
  describe: "Start PostgreSQL, Kafka and Kafka Connect",
  positionals: {},
  options: {
    "with-kafka": withKafka,
    emit: { type: "boolean", describe: "For k8s: print the manifests instead of applying them" },
    "dry-run": dryRun,
  },
  settings: { "with-kafka": "k8s.withKafka" },
  stages: ["deploy"],
  load: async () => (await import("./handlers/deploy-servers.js")).deployServers,
});
