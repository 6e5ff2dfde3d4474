import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { withPostgres } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { notYet, type Probe, ready } from "../../wait/wait-until.js";
import type { Endpoints, ServerName } from "../target.js";

/** Docker takes connections before the server does, and closes them again. */
const NOT_LISTENING = /ECONNREFUSED|ECONNRESET|closed connection|terminated unexpectedly|socket hang up/i;

/** Asks a server whether it answers; the value is what it says of its version, which may be nothing. */
export async function probeServer(server: ServerName, endpoints: Endpoints): Promise<Probe<string>> {
  try {
    return await PROBES[server](endpoints);
  } catch (error) {
    // A wrong password does not get right by waiting.
    if (error instanceof CdcError && error.code === "POSTGRES_REFUSED") throw error;
    const message = error instanceof Error ? error.message : String(error);
    return notYet(NOT_LISTENING.test(message) ? "it does not listen yet" : message);
  }
}

const PROBES: Readonly<Record<ServerName, (endpoints: Endpoints) => Promise<Probe<string>>>> = {
  postgres: ({ postgres }) =>
    withPostgres(postgres, "postgres", async (client) => {
      const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
      return ready(rows[0]?.server_version.split(" ")[0] ?? "");
    }),
  kafka: async ({ kafka }) => {
    await withKafkaAdmin(kafka, (admin) => admin.describeCluster(), {
      connectionTimeoutMs: 1_000,
      retries: 0,
    });
    return ready("");
  },
  connect: async ({ connect }) => {
    const client = createConnectClient(connect);
    const { healthy, message } = await client.health();
    return healthy ? ready(`Kafka ${(await client.clusterInfo()).version}`) : notYet(message);
  },
};
