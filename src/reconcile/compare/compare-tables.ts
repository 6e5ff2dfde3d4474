import { describeKafka } from "../../clients/kafka/kafka-cluster.js";
import { fetchTopicOffsets, type TopicOffsets } from "../../clients/kafka/topic-offsets.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import type { Context } from "../../context.js";
import { formatCount } from "../../format.js";
import { outcome, type Stage } from "../../run-stage.js";
import type { LiveConnector } from "../find-live-connector.js";
import { nameDifferences } from "../naming/name-differences.js";
import type { Reconciliation } from "../reconciliation.js";
import { requireSameKafka } from "../require-same-kafka.js";
import { type ComparedTables, findComparedTables } from "../tables/find-compared-tables.js";
import { tableReconciliations } from "../to-reconciliation.js";
import { compareOnce } from "./compare-once.js";
import type { ComparedPair } from "./compared-pair.js";
import { withEngine } from "./with-engine.js";
import { withReader } from "./with-reader.js";

type Subject = LiveConnector & Pick<ComparedPair, "options" | "primary">;

/**
 * Looks at the tables as they are now and compares them with their topics.
 * @returns undefined where a table was altered or dropped meanwhile
 */
export async function compareTables(
  subject: Subject,
  stage: Stage,
  context: Context,
): Promise<Omit<Reconciliation, "durationMs"> | undefined> {
  const { options, connector, connect, primary } = subject;
  const { database, deployment } = options;
  const { kafka } = deployment.endpoints;
  const found = await stage.step(
    "tables",
    async () => {
      const tables = await findComparedTables(primary, {
        connector,
        wanted: options.tables ?? [],
        ...(options.topics === undefined ? {} : { topics: options.topics }),
        describeTopics: async (topics) => {
          const cluster = await describeKafka(kafka, (topic) => topics.includes(topic));
          await requireSameKafka(connect, kafka, cluster.clusterId);
          return cluster;
        },
      });
      return outcome("unchanged", `${formatCount(tables.tables.length)} captured`, tables);
    },
    { database },
  );
  const { topicPrefix } = connector.names;
  const whole = { found, topicPrefix, expected: await countExpected(found, kafka) };
  return withReader(options, primary, (reader) =>
    withEngine(options, whole, async (engine, engineOptions) => {
      const pair: ComparedPair = { ...subject, kafka, reader, found };
      const compared = await compareOnce(pair, engine, stage, context);
      if (compared === undefined) return undefined;
      const differences = await nameDifferences(pair, engineOptions, compared.comparison, context);
      await reader.query("COMMIT");
      const tables = tableReconciliations(found.tables, compared, differences);
      const { latency, transactions } = compared.comparison;
      const ok =
        tables.every(({ lost, extra, different }) => lost + extra + different === 0) &&
        (transactions?.incomplete ?? 0) === 0;
      const takenAt = new Date(compared.takenAtMs).toISOString();
      const checked = transactions === undefined ? {} : { transactions };
      return { database, ok, takenAt, tables, latency, ...checked };
    }),
  );
}

async function countExpected(
  { tables }: ComparedTables,
  kafka: Parameters<typeof withKafkaAdmin>[0],
): Promise<number> {
  const topics = tables.map(({ topic }) => topic);
  const ends = await withKafkaAdmin(kafka, (admin) => fetchTopicOffsets(admin, topics));
  const sum = (offsets: TopicOffsets["low"]) => [...offsets.values()].reduce((total, at) => total + at, 0);
  const events = [...ends.values()].reduce((total, { low, high }) => total + sum(high) - sum(low), 0);
  return tables.reduce((total, { published }) => total + published.rows, events);
}
