import { type IHeaders, Kafka, logLevel } from "kafkajs";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { createTopics, untilTaken } from "./create-topics.js";
import { until } from "./until.js";

/** A record as it can be written again. */
export interface TopicRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly timestamp: string;
}

const kafkaOf = (brokers: readonly string[]) =>
  new Kafka({ clientId: "test", brokers: [...brokers], logLevel: logLevel.NOTHING });

/** All records that a topic has now, those of a partition in order. */
export async function readTopic(
  brokers: readonly string[],
  topic: string,
  timeoutMs?: number,
): Promise<TopicRecord[]> {
  const kafka = kafkaOf(brokers);
  const admin = kafka.admin();
  const groupId = `test-${crypto.randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await Promise.all([admin.connect(), consumer.connect()]);
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const missing = new Map(
      ends.flatMap(({ partition, high, low }) => (high === low ? [] : [[partition, Number(high)]])),
    );
    const records: TopicRecord[] = [];
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message: { key, value, headers = {}, timestamp, offset } }) => {
        records.push({ partition, key, value, headers, timestamp });
        if (Number(offset) + 1 >= (missing.get(partition) ?? 0)) missing.delete(partition);
        return Promise.resolve();
      },
    });
    await until(
      `records of ${topic}`,
      () => Promise.resolve(missing.size === 0 ? ready(undefined) : notYet(`${records.length} records`)),
      timeoutMs,
    );
    return records.sort((one, other) => one.partition - other.partition);
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]);
    await admin.disconnect();
  }
}

/** Makes a topic that has these records, and nothing else. */
export async function writeTopic(
  brokers: readonly string[],
  topic: string,
  records: readonly TopicRecord[],
  partitions: number,
): Promise<void> {
  const kafka = kafkaOf(brokers);
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await createTopics(admin, [{ topic, numPartitions: partitions }]);
    // The broker that leads a new partition learns of it a little later. One partition after the other: a batch is
    // written whole or not at all, and what is in another is not sent twice.
    for (const partition of new Set(records.map((record) => record.partition))) {
      const messages = records.filter((record) => record.partition === partition);
      await untilTaken(`partition ${partition} of ${topic}`, async () => {
        await producer.send({ topic, messages });
        return ready(undefined);
      });
    }
  } finally {
    await producer.disconnect();
    await admin.disconnect();
  }
}
