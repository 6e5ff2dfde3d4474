import type { KafkaOptions } from "./create-kafka.js";
import { type KafkaBrokers, withKafkaBrokers } from "./kafka-brokers.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { LATEST, type ListedOffset, listOffsets, NEWEST_TIME } from "./list-offsets.js";

/** What a topic holds, over all of its partitions. */
export interface TopicSummary {
  /** The sum of the ends: how many records it has ever got. */
  readonly records: number;
  /** The time of its newest record, milliseconds since 1970; null where it is empty. */
  readonly newestAtMs: number | null;
}

/** A look, not a wait: a broker that is away should be known as such at once. */
const QUICK: KafkaOptions = { connectionTimeoutMs: 2_000, retries: 1 };

/**
 * Looks at all topics that `isAskedFor` names, with two requests to each broker, however many they are. Partitions
 * without a leader are left out.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export function surveyTopics(
  endpoint: KafkaEndpoint,
  isAskedFor: (topic: string) => boolean,
): Promise<ReadonlyMap<string, TopicSummary>> {
  return withKafkaBrokers(
    endpoint,
    async (brokers) => {
      const leaders = new Map([...(await brokers.leaders())].filter(([topic]) => isAskedFor(topic)));
      const [ends, times] = await Promise.all([
        askLeaders(brokers, leaders, LATEST),
        askLeaders(brokers, leaders, NEWEST_TIME),
      ]);
      return summarize([...leaders.keys()], ends, times);
    },
    QUICK,
  );
}

export function summarize(
  topics: readonly string[],
  ends: readonly ListedOffset[],
  times: readonly ListedOffset[],
): Map<string, TopicSummary> {
  const records = new Map<string, number>();
  const newest = new Map<string, number>();
  for (const { topic, errorCode, offset } of ends) {
    if (errorCode === 0) records.set(topic, (records.get(topic) ?? 0) + offset);
  }
  for (const { topic, errorCode, timestampMs } of times) {
    if (errorCode === 0 && timestampMs >= 0) newest.set(topic, Math.max(newest.get(topic) ?? 0, timestampMs));
  }
  return new Map(
    topics.map((topic) => [
      topic,
      { records: records.get(topic) ?? 0, newestAtMs: newest.get(topic) ?? null },
    ]),
  );
}

async function askLeaders(
  brokers: KafkaBrokers,
  leaders: ReadonlyMap<string, ReadonlyMap<number, number>>,
  timestamp: bigint,
): Promise<ListedOffset[]> {
  const byLeader = new Map<number, Map<string, number[]>>();
  for (const [topic, partitions] of leaders) {
    for (const [partition, leader] of partitions) {
      if (leader < 0) continue;
      const topics = byLeader.get(leader) ?? new Map<string, number[]>();
      topics.set(topic, [...(topics.get(topic) ?? []), partition]);
      byLeader.set(leader, topics);
    }
  }
  const answers = await Promise.all(
    [...byLeader].map(([nodeId, topics]) =>
      brokers.send(nodeId, { ...listOffsets(topics, timestamp), logResponseError: false }),
    ),
  );
  return answers.flat();
}
