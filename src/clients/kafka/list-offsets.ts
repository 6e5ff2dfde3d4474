/* ListOffsets version 7 of Kafka's protocol. kafkajs speaks version 3, which cannot ask for the newest record. */

/** Asks for the offset that the next record gets. */
export const LATEST = -1n;
/** Asks for the record with the newest time (Kafka 3.0 and later, KIP-734). */
export const NEWEST_TIME = -3n;

/** Partitions by topic. */
export type TopicPartitions = ReadonlyMap<string, readonly number[]>;

export interface ListedOffset {
  readonly topic: string;
  readonly partition: number;
  /** 0 where there is none. */
  readonly errorCode: number;
  /** Milliseconds since 1970; -1 where the partition is empty, or was not asked for a time. */
  readonly timestampMs: number;
  /** -1 where the partition is empty. */
  readonly offset: number;
}

const API_KEY = 2;
const API_VERSION = 7;
const CONSUMER = -1;
const READ_UNCOMMITTED = 0;
const NO_EPOCH = -1;
const NO_TAGS = 0;

/** A request as kafkajs's connections take it. */
export const listOffsets = (topics: TopicPartitions, timestamp: bigint) => ({
  request: {
    apiKey: API_KEY,
    apiVersion: API_VERSION,
    apiName: "ListOffsets",
    encode: () => {
      const buf = encodeRequest(topics, timestamp);
      return Promise.resolve({ buf, offset: buf.length, buffer: buf, size: () => buf.length });
    },
  },
  response: {
    decode: (answer: Buffer) => Promise.resolve(decodeAnswer(answer)),
    parse: (data: readonly ListedOffset[]) => Promise.resolve(data),
  },
});

export function encodeRequest(topics: TopicPartitions, timestamp: bigint): Buffer {
  const parts: Buffer[] = [];
  // The header of this version ends in tags, which kafkajs does not know of.
  parts.push(bytes(NO_TAGS), int32(CONSUMER), bytes(READ_UNCOMMITTED), varint(topics.size + 1));
  for (const [topic, partitions] of topics) {
    const name = Buffer.from(topic);
    parts.push(varint(name.length + 1), name, varint(partitions.length + 1));
    for (const partition of partitions) {
      parts.push(int32(partition), int32(NO_EPOCH), int64(timestamp), bytes(NO_TAGS));
    }
    parts.push(bytes(NO_TAGS));
  }
  parts.push(bytes(NO_TAGS));
  return Buffer.concat(parts);
}

/** @throws RangeError where the answer ends too early */
export function decodeAnswer(answer: Buffer): ListedOffset[] {
  let at = 0;
  const take = (length: number): number => {
    at += length;
    return at - length;
  };
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = answer.readUInt8(take(1));
      value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  };
  const skipTags = (): void => {
    for (let left = readVarint(); left > 0; left -= 1) {
      readVarint();
      take(readVarint());
    }
  };
  const found: ListedOffset[] = [];
  skipTags();
  take(4); // how long the broker wants to be left alone
  for (let topics = readVarint() - 1; topics > 0; topics -= 1) {
    const length = readVarint() - 1;
    const start = take(length);
    const topic = answer.toString("utf8", start, start + length);
    for (let partitions = readVarint() - 1; partitions > 0; partitions -= 1) {
      const partition = answer.readInt32BE(take(4));
      const errorCode = answer.readInt16BE(take(2));
      const timestampMs = Number(answer.readBigInt64BE(take(8)));
      const offset = Number(answer.readBigInt64BE(take(8)));
      take(4); // the leader's epoch
      skipTags();
      found.push({ topic, partition, errorCode, timestampMs, offset });
    }
    skipTags();
  }
  return found;
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64BE(value);
  return buffer;
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>>= 7) out.push((left & 0x7f) | 0x80);
  out.push(left);
  return Buffer.from(out);
}
