import { Kafka, logLevel } from "kafkajs";

import type { JsonDocument } from "./cli.js";
import { dumpDatabase, dumpGlobals } from "./dump-database.js";
import { withAdmin } from "./with-admin.js";

/** All that capturing a database changes on the three servers, so that two moments can be compared. */
export interface CaptureState {
  readonly topics: readonly string[];
  readonly connectors: readonly string[];
  readonly groups: readonly string[];
  readonly slots: readonly unknown[];
  readonly globals: readonly string[];
  /** The lines of pg_dump, by database. */
  readonly dumps: Readonly<Record<string, readonly string[]>>;
}

export async function captureState(
  endpoints: JsonDocument["endpoints"],
  databases: readonly string[],
): Promise<CaptureState> {
  const { host, port, adminUser: user } = endpoints.postgres;
  const server = { host, port, user, password: "password123" };
  const kafka = new Kafka({ brokers: [...endpoints.kafka], logLevel: logLevel.NOTHING }).admin();
  await kafka.connect();
  try {
    const topics = await kafka.listTopics();
    const { groups } = await kafka.listGroups();
    const dumps: Record<string, readonly string[]> = {};
    for (const name of databases) dumps[name] = await dumpDatabase(server, name);
    const connectors = (await (await fetch(`${endpoints.connect}/connectors`)).json()) as string[];
    return {
      // Kafka's own for groups is made with the first of them, and stays.
      topics: topics.filter((topic) => topic !== "__consumer_offsets").sort(),
      connectors: connectors.sort(),
      groups: groups.map(({ groupId }) => groupId).sort(),
      slots: await withAdmin(endpoints.postgres, "postgres", async (client) => {
        const { rows } = await client.query("SELECT slot_name FROM pg_replication_slots ORDER BY 1");
        return rows as unknown[];
      }),
      globals: await dumpGlobals(server),
      dumps,
    };
  } finally {
    await kafka.disconnect();
  }
}
