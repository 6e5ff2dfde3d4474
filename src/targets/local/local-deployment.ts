import type { PostgresEndpoint } from "../../clients/postgres.js";
import type { Config } from "../../config/config.js";
import type { Deployment, ServerName } from "../target.js";
import { findWorkerPassword } from "./kept-password.js";
import { type Layout, logsDir } from "./layout.js";

const HOST = "127.0.0.1";

/** Where the servers are; Kafka Connect runs on the same machine, so both views are the same. */
export function localDeployment(
  config: Config,
  layout: Layout,
  ports: Readonly<Record<ServerName, number>>,
): Deployment {
  return {
    endpoints: {
      postgres: localPostgres(config, ports.postgres),
      kafka: { brokers: [`${HOST}:${ports.kafka}`] },
      connect: { url: `http://${HOST}:${ports.connect}` },
    },
    postgresFromConnect: { host: HOST, port: ports.postgres },
    logsDir: logsDir(layout),
    isLoopbackOnly: true,
    next: [
      { own: "logs connect", what: "what Debezium says" },
      { own: "down", what: "stop the servers; the data stays" },
    ],
  };
}

/** With the worker that runs: one that was started by an older version may have no config provider. */
export async function withWorkerPassword(deployment: Deployment, layout: Layout): Promise<Deployment> {
  const workerPassword = await findWorkerPassword(layout);
  return workerPassword === undefined ? deployment : { ...deployment, workerPassword };
}

/** A PostgreSQL of this machine on a port. */
export function localPostgres({ postgres }: Config, port: number): PostgresEndpoint {
  const { adminUser, adminPassword, adminDatabase } = postgres;
  return { host: HOST, port, adminUser, adminPassword, adminDatabase };
}
