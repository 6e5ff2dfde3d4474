import type { KafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import type { PostgresClient } from "../../clients/postgres.js";
import { OWN_SCHEMA } from "../own-objects.js";

export interface SnapshotProgress {
  readonly rowsInKafka: number;
  /** PostgreSQL's own estimate; undefined where it has none. */
  readonly rowsExpected: number | undefined;
  readonly text: string;
}

/** How far a snapshot is: the records in the database's topics beside the rows that PostgreSQL believes it has. */
export async function readSnapshotProgress(
  admin: KafkaAdmin,
  database: PostgresClient,
  topicPrefix: string,
  publication: string,
): Promise<SnapshotProgress> {
  const topics = (await admin.listTopics()).filter(
    (topic) => topic.startsWith(`${topicPrefix}.`) && !topic.startsWith(`${topicPrefix}.${OWN_SCHEMA}.`),
  );
  let rowsInKafka = 0;
  for (const topic of topics) {
    for (const { high } of await admin.fetchTopicOffsets(topic)) rowsInKafka += Number(high);
  }
  return describeProgress(rowsInKafka, await estimateRows(database, publication));
}

export function describeProgress(rowsInKafka: number, rowsExpected: number | undefined): SnapshotProgress {
  const read = rowsInKafka.toLocaleString("en-US");
  const text =
    rowsExpected === undefined
      ? `snapshot: ${read} rows in Kafka`
      : `snapshot: ${read} of about ${rowsExpected.toLocaleString("en-US")} rows in Kafka`;
  return { rowsInKafka, rowsExpected, text };
}

/** `reltuples` is -1 until the first ANALYZE; the statistics collector counts from the first insert on. */
async function estimateRows(database: PostgresClient, publication: string): Promise<number | undefined> {
  const { rows } = await database.query<{ estimate: string | null }>(
    `SELECT sum(greatest(c.reltuples, s.n_live_tup, 0))::bigint AS estimate
     FROM pg_publication_tables p
     JOIN pg_class c ON c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
     LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
     WHERE p.pubname = $1 AND p.schemaname <> $2`,
    [publication, OWN_SCHEMA],
  );
  const estimate = Number(rows[0]?.estimate ?? 0);
  return estimate > 0 ? estimate : undefined;
}
