import type { ConnectClientOptions } from "../clients/connect/connect-http.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { withKafkaAdmin } from "../clients/kafka/with-kafka-admin.js";
import { withPostgres } from "../clients/postgres.js";
import type { Deployment, ServerName, ServerStatus } from "./target.js";

/** PostgreSQL's version, as it tells it. */
export function postgresVersion({ endpoints: { postgres } }: Deployment): Promise<string> {
  return withPostgres(postgres, postgres.adminDatabase, async (client) => {
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    return rows[0]?.server_version ?? "";
  });
}

/** Kafka tells no version: the cluster's id. */
export async function kafkaCluster({ endpoints: { kafka } }: Deployment): Promise<string> {
  const { clusterId } = await withKafkaAdmin(kafka, (admin) => admin.describeCluster(), { retries: 1 });
  return `cluster ${clusterId}`;
}

/** Kafka Connect's version. */
export async function connectVersion(
  { endpoints: { connect } }: Deployment,
  options: ConnectClientOptions,
): Promise<string> {
  return (await createConnectClient(connect, options).clusterInfo()).version;
}

/** The status of a server that somebody else runs: all that is known is whether it answers. */
export async function statusByAnswer(
  server: ServerName,
  address: string,
  askVersion: () => Promise<string>,
  signal: AbortSignal,
): Promise<ServerStatus> {
  try {
    return { server, state: "running", version: await askVersion(), address };
  } catch {
    signal.throwIfAborted();
    return { server, state: "unreachable", version: "", address };
  }
}
