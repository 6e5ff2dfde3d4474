import { createKafka } from "./create-kafka.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { translateKafkaError } from "./translate-kafka-error.js";

export interface SentRecord {
  readonly key: string;
  readonly value: string;
  readonly partition?: number;
}

/** Writes records to a topic, in their order; answers when all brokers that must have them do. @throws CdcError KAFKA_UNREACHABLE */
export async function sendToKafka(
  endpoint: KafkaEndpoint,
  topic: string,
  records: readonly SentRecord[],
): Promise<void> {
  const producer = createKafka(endpoint).producer({ allowAutoTopicCreation: false });
  try {
    await producer.connect();
    await producer.send({ topic, messages: records.map((record) => ({ ...record })), acks: -1 });
  } catch (error) {
    throw translateKafkaError(error, endpoint);
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
