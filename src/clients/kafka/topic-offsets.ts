import pMap from "p-map";
import pRetry from "p-retry";

import type { KafkaAdmin } from "./with-kafka-admin.js";

/** Offsets by partition. */
export type PartitionOffsets = ReadonlyMap<number, number>;

export interface TopicOffsets {
  /** The first offset that is kept. */
  readonly low: PartitionOffsets;
  /** The offset that the next record gets. */
  readonly high: PartitionOffsets;
}

const AT_ONCE = 16;

/** The leader of a topic that was made a moment ago does not know of it yet, and kafkajs gives up at once. */
const retried = <T>(ask: () => Promise<T>): Promise<T> =>
  pRetry(ask, {
    retries: 20,
    factor: 1,
    minTimeout: 250,
    shouldRetry: ({ error }) => (error as { retriable?: unknown }).retriable === true,
  });

/**
 * Where topics begin and end; those that are not there are missing.
 * @param admin a new one each time: kafkajs learns of new partitions of a topic it knows after minutes only
 */
export async function fetchTopicOffsets(
  admin: KafkaAdmin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicOffsets>> {
  const known = new Set(await admin.listTopics());
  const there = topics.filter((topic) => known.has(topic));
  const entries = await pMap(
    there,
    async (topic) => {
      const offsets = await retried(() => admin.fetchTopicOffsets(topic));
      return [
        topic,
        {
          low: new Map(offsets.map(({ partition, low }) => [partition, Number(low)])),
          high: new Map(offsets.map(({ partition, high }) => [partition, Number(high)])),
        },
      ] as const;
    },
    { concurrency: AT_ONCE },
  );
  return new Map(entries);
}

/** The first offset of each partition whose record is not older; where there is none, the end. */
export async function fetchOffsetsSince(
  admin: KafkaAdmin,
  topic: string,
  sinceMs: number,
): Promise<PartitionOffsets> {
  const offsets = await retried(() => admin.fetchTopicOffsetsByTimestamp(topic, sinceMs));
  return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
}
