import { type ConsumedRecord, toRecord } from "./consumed-record.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import type { TopicPositions } from "./topic-positions.js";
import { withConsumer } from "./with-consumer.js";

export interface ReadOptions {
  readonly onRecord: (record: ConsumedRecord) => void;
  /** After each record, also one that was not to be read. */
  readonly onMoved: () => void;
  /** Kafka was asked several times since the last record, and had none: what is left to a stop is no record. */
  readonly onIdle: () => void;
  /** A consumer group that could not be deleted. */
  readonly onGroupLeft: (groupId: string) => void;
}

/** Fetches of a broker without a record after which there is none: those of the transactions' ends are not handed over. */
const IDLE_FETCHES = 3;

/**
 * Reads from the positions on, which move with it, while `work` runs.
 * @throws CdcError KAFKA_UNREACHABLE, also where kafkajs would begin anew by itself: it does not know where
 */
export async function readPositions(
  endpoint: KafkaEndpoint,
  positions: TopicPositions,
  { onRecord, onMoved, onIdle, onGroupLeft }: ReadOptions,
  work: () => Promise<void>,
): Promise<void> {
  if (positions.topics.length === 0) return work();
  await withConsumer(
    endpoint,
    async (consumer, crashed) => {
      const idleFetches = new Map<number, number>();
      // Each time it joins its group it forgets where it was, and would go on from the end.
      consumer.on(consumer.events.GROUP_JOIN, () => {
        idleFetches.clear();
        for (const { topic, partition, offset } of positions.next()) {
          consumer.seek({ topic, partition, offset: String(offset) });
        }
      });
      consumer.on(consumer.events.FETCH, ({ payload: { nodeId } }) => {
        idleFetches.set(nodeId, (idleFetches.get(nodeId) ?? 0) + 1);
        if (Math.min(...idleFetches.values()) > IDLE_FETCHES) onIdle();
      });
      await consumer.subscribe({ topics: [...positions.topics] });
      await consumer.run({
        autoCommit: false,
        eachMessage: ({ topic, partition, message }) => {
          idleFetches.clear();
          const record = toRecord(topic, partition, message);
          if (positions.take(record)) onRecord(record);
          onMoved();
          return Promise.resolve();
        },
      });
      await Promise.race([work(), crashed]);
    },
    { restarts: false, onGroupLeft },
  );
}
