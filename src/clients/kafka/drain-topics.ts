import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { Drain, type DrainLimits, type OnRecords } from "./drain.js";
import { type DrainPlace, drainUnfinished, type PartitionSpan } from "./drain-place.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { fetchTopicOffsets } from "./topic-offsets.js";
import { withConsumer } from "./with-consumer.js";
import { withKafkaAdmin } from "./with-kafka-admin.js";

const RETRY_EVERY_MS = 500;
const CONSUMER = {
  // kafkajs begins anew in the same group, which waits half a minute for the member that it was before.
  restarts: false,
  maxBytesPerPartition: 2 * 2 ** 20,
  maxBytes: 4 * 2 ** 20,
} as const;

/**
 * Reads partitions from given to given offsets, also where the last of them hold no record for us: of a transaction
 * that was aborted, or its marker, or compacted away. A broker that is gone for a while is waited for. What retention
 * takes away meanwhile is missing: compare where the partitions begin afterwards.
 * @throws CdcError KAFKA_UNREACHABLE also when the deadline passes; whatever
 * `onRecords` throws
 */
export async function drainTopics(
  endpoint: KafkaEndpoint,
  spans: readonly PartitionSpan[],
  onRecords: OnRecords,
  limits: DrainLimits,
): Promise<void> {
  const { deadline, signal } = limits;
  const places = spans.filter(({ from, to }) => from < to).map((span) => ({ ...span, next: span.from }));
  if (places.length === 0) return;
  // Whoever never came through has the wrong address.
  let hasConnected = false;
  const onConnected = () => void (hasConnected = true);
  await waitUntil({
    intervalMs: RETRY_EVERY_MS,
    deadline,
    signal,
    probe: async () => {
      const reached = places.reduce((sum, { next }) => sum + next, 0);
      try {
        await drainOnce(endpoint, places, onRecords, limits, onConnected);
        return ready(undefined);
      } catch (error) {
        const isGone = error instanceof CdcError && error.code === "KAFKA_UNREACHABLE";
        if (!isGone || !hasConnected || signal.aborted) throw error;
        const more = places.reduce((sum, { next }) => sum + next, 0) - reached;
        return notYet(`${error.message} (${more} records after the last attempt)`);
      }
    },
    onTimeout: (lastReason) => drainUnfinished(places, deadline, lastReason),
  });
}

async function drainOnce(
  endpoint: KafkaEndpoint,
  places: DrainPlace[],
  onRecords: OnRecords,
  limits: DrainLimits,
  onConnected: () => void,
): Promise<void> {
  await withConsumer(
    endpoint,
    async (consumer, crashed) => {
      onConnected();
      const readLows = (topics: readonly string[]) =>
        withKafkaAdmin(endpoint, async (admin) => {
          const offsets = await fetchTopicOffsets(admin, topics);
          return new Map([...offsets].map(([topic, { low }]) => [topic, low]));
        });
      const drain = new Drain(consumer, places, onRecords, limits, readLows);
      try {
        await Promise.race([drain.run(), crashed]);
      } finally {
        // What waits still would keep the process from its end.
        drain.end();
      }
    },
    CONSUMER,
  );
}
