import { connect } from "node:net";

import { type Admin, type Consumer, type ISocketFactory, Kafka, type KafkaMessage, logLevel } from "kafkajs";

import { CdcError } from "../errors.js";
import { registerCodecs } from "./codecs/register-codecs.js";

registerCodecs();

export type KafkaAdmin = Admin;

/** How this process reaches Kafka. */
export interface KafkaEndpoint {
  /** `host:port` of each broker to ask first. */
  readonly brokers: readonly string[];
  /**
   * Where the addresses that the brokers tell of themselves lead through a tunnel: the address to connect to, by
   * the address told, both `host:port`. One that is missing is taken as it is.
   */
  readonly routes?: ReadonlyMap<string, string>;
}

export interface KafkaOptions {
  /** How long to wait for one connection, in milliseconds. */
  readonly connectionTimeoutMs?: number;
  /** Attempts after the first for each request. */
  readonly retries?: number;
}

function createKafka({ brokers, routes }: KafkaEndpoint, options: KafkaOptions = {}): Kafka {
  return new Kafka({
    clientId: "cdc-pipeline",
    brokers: [...brokers],
    connectionTimeout: options.connectionTimeoutMs ?? 5_000,
    retry: { retries: options.retries ?? 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    // What goes wrong comes back as an error, and is told once.
    logLevel: logLevel.NOTHING,
    ...(routes === undefined ? {} : { socketFactory: routedSockets(routes) }),
  });
}

function routedSockets(routes: ReadonlyMap<string, string>): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const address = routes.get(`${host}:${port}`) ?? `${host}:${port}`;
    const colon = address.lastIndexOf(":");
    return connect(
      { host: address.slice(0, colon), port: Number(address.slice(colon + 1)), keepAlive: true },
      onConnect,
    );
  };
}

/**
 * Runs `work` with an admin client that is closed afterwards.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export async function withKafkaAdmin<T>(
  endpoint: KafkaEndpoint,
  work: (admin: KafkaAdmin) => Promise<T>,
  options?: KafkaOptions,
): Promise<T> {
  const admin = createKafka(endpoint, options).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw translate(error, endpoint);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** The end of one partition: the offset that the next record gets. */
export interface PartitionEnd {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

/** The partitions of a topic, or undefined where there is no such topic (none is made by asking). */
export async function fetchTopicEnds(admin: KafkaAdmin, topic: string): Promise<PartitionEnd[] | undefined> {
  if (!(await admin.listTopics()).includes(topic)) return undefined;
  return fetchPartitionEnds(admin, topic);
}

/** Of a topic that is there; undefined where its leader does not know of it yet. */
export async function fetchPartitionEnds(
  admin: KafkaAdmin,
  topic: string,
): Promise<PartitionEnd[] | undefined> {
  const offsets = await admin.fetchTopicOffsets(topic).catch((error: unknown) => {
    // The leader of a topic that was made a moment ago does not know of it yet, and kafkajs gives up at once.
    if ((error as { retriable?: unknown }).retriable === true) return undefined;
    throw error;
  });
  return offsets?.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
}

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

export interface ConsumerOptions {
  /** Whether kafkajs begins anew after a failure that passes; else it is one that `crashed` tells of. */
  readonly restarts?: boolean;
  /** Told the group that could not be deleted. */
  readonly onGroupLeft?: (groupId: string) => void;
  /** How long a broker may wait for records; the end of reading waits for it, too. */
  readonly maxWaitTimeInMs?: number;
  /** How much one request may bring. */
  readonly maxBytesPerPartition?: number;
  readonly maxBytes?: number;
}

/**
 * Runs `work` with a connected consumer. kafkajs reads in groups only: this one has a name of its own, is to commit
 * nothing, and is deleted afterwards. `crashed` rejects when the consumer gives up.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export async function withConsumer<T>(
  endpoint: KafkaEndpoint,
  work: (consumer: Consumer, crashed: Promise<never>) => Promise<T>,
  { restarts = true, onGroupLeft, ...fetch }: ConsumerOptions = {},
): Promise<T> {
  const groupId = `cdc-pipeline-${crypto.randomUUID()}`;
  const restartOnFailure = () => Promise.resolve(restarts);
  const consumer = createKafka(endpoint).consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 500,
    heartbeatInterval: 2_000,
    ...fetch,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure },
  });
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) reject(error);
    });
  });
  crashed.catch(() => undefined);
  try {
    await consumer.connect();
    return await work(consumer, crashed);
  } catch (error) {
    throw translate(error, endpoint);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await deleteGroups(endpoint, [groupId]).catch(() => onGroupLeft?.(groupId));
  }
}

/** @throws CdcError KAFKA_UNREACHABLE, also where one of them has a member still */
export async function deleteGroups(endpoint: KafkaEndpoint, groupIds: readonly string[]): Promise<void> {
  await withKafkaAdmin(endpoint, (admin) => admin.deleteGroups([...groupIds]));
}

export function toRecord(topic: string, partition: number, message: KafkaMessage): ConsumedRecord {
  const { offset, timestamp, key, value } = message;
  const seenAtMs = performance.now();
  return { topic, partition, offset: Number(offset), timestampMs: Number(timestamp), key, value, seenAtMs };
}

function translate(error: unknown, { brokers }: KafkaEndpoint): unknown {
  if (error instanceof CdcError || !(error instanceof Error)) return error;
  // What our own code threw within kafkajs.
  if (error.cause instanceof CdcError) return error.cause;
  const reason = kafkaTypeOf(error);
  if (reason?.endsWith("_AUTHORIZATION_FAILED") === true) {
    const what = reason.replace("_AUTHORIZATION_FAILED", "").replace("_ID", "").toLowerCase();
    return new CdcError("KAFKA_REFUSED", `Kafka at ${brokers.join(", ")}: ${error.message}`, {
      hint: `its ACLs do not allow it; needed: READ and DESCRIBE of topics, READ and DELETE of groups cdc-pipeline-* (refused: ${what})`,
      cause: error,
    });
  }
  if (error.name.startsWith("KafkaJS")) {
    return new CdcError("KAFKA_UNREACHABLE", `Kafka at ${brokers.join(", ")}: ${error.message}`, {
      hint: "cdc-pipeline status; for servers of your own check kafka.brokers (CDC_PIPELINE_KAFKA_BROKERS)",
      cause: error,
    });
  }
  return error;
}

/** Kafka's own word for what is wrong, also behind an error that tells of retries. */
function kafkaTypeOf(error: Error): string | undefined {
  const { type, cause } = error as { readonly type?: unknown; readonly cause?: unknown };
  if (typeof type === "string") return type;
  return cause instanceof Error ? kafkaTypeOf(cause) : undefined;
}

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
    throw translate(error, endpoint);
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
