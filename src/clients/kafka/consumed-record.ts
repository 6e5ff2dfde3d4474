import type { KafkaMessage } from "kafkajs";

export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker or the producer stamped it, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** When this process got it (`performance.now()`). */
  readonly seenAtMs: number;
}

export function toRecord(topic: string, partition: number, message: KafkaMessage): ConsumedRecord {
  const { offset, timestamp, key, value } = message;
  const seenAtMs = performance.now();
  return { topic, partition, offset: Number(offset), timestampMs: Number(timestamp), key, value, seenAtMs };
}
