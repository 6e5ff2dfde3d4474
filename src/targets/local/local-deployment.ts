import type { Config } from "../../config/config.js";
import type { Deployment, ServerName } from "../target.js";
import { type Layout, logsDir } from "./layout.js";

/** Where the servers are; Kafka Connect runs on the same machine, so both views are the same. */
export function localDeployment(
  config: Config,
  layout: Layout,
  ports: Readonly<Record<ServerName, number>>,
): Deployment {
  const { adminUser, adminPassword, adminDatabase } = config.postgres;
  const host = "127.0.0.1";
  return {
    endpoints: {
      postgres: { host, port: ports.postgres, adminUser, adminPassword, adminDatabase },
      kafka: { brokers: [`${host}:${ports.kafka}`] },
      connect: `http://${host}:${ports.connect}`,
    },
    postgresFromConnect: { host, port: ports.postgres },
    logsDir: logsDir(layout),
    isLoopbackOnly: true,
    next: [
      { own: "logs connect", what: "what Debezium says" },
      { own: "down", what: "stop the servers; the data stays" },
    ],
  };
}
