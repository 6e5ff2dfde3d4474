import type { Consumer } from "kafkajs";

import { type ConsumedRecord, toRecord } from "./consumed-record.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import type { PartitionEnd } from "./topic-ends.js";
import { type ConsumerOptions, withConsumer } from "./with-consumer.js";

/** Where the reading of a topic begins. */
export type ReadFrom = readonly PartitionEnd[] | "beginning";

/**
 * Reads one topic from the given ends on, or from its beginning, while `work` runs, and hands it each record.
 */
export const withTopicReader = <T>(
  endpoint: KafkaEndpoint,
  topic: string,
  from: ReadFrom,
  onRecord: (record: ConsumedRecord) => void,
  work: () => Promise<T>,
  options?: ConsumerOptions,
): Promise<T> => withTopicsReader(endpoint, new Map([[topic, from]]), onRecord, work, options);

/**
 * The same of several topics, one at least.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export function withTopicsReader<T>(
  endpoint: KafkaEndpoint,
  topics: ReadonlyMap<string, ReadFrom>,
  onRecord: (record: ConsumedRecord) => void,
  work: () => Promise<T>,
  options?: ConsumerOptions,
): Promise<T> {
  const next = new Map(
    [...topics].map(([topic, from]) => [
      topic,
      new Map((from === "beginning" ? [] : from).map(({ partition, high }) => [partition, high])),
    ]),
  );
  const read = async (consumer: Consumer, crashed: Promise<never>): Promise<T> => {
    // Each time it joins its group it forgets where it was: nothing is committed.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      for (const [topic, offsets] of next) {
        for (const [partition, offset] of offsets) {
          consumer.seek({ topic, partition, offset: String(offset) });
        }
      }
    });
    // Where nobody seeks, this decides where reading begins.
    for (const [topic, from] of topics) {
      await consumer.subscribe({ topic, fromBeginning: from === "beginning" });
    }
    const fetching = new Promise<void>((resolve) => {
      consumer.on(consumer.events.FETCH_START, () => resolve());
    });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, partition, message }) => {
        const record = toRecord(topic, partition, message);
        next.get(topic)?.set(partition, record.offset + 1);
        onRecord(record);
        return Promise.resolve();
      },
    });
    await Promise.race([fetching, crashed]);
    return await Promise.race([work(), crashed]);
  };
  return withConsumer(endpoint, read, options);
}
