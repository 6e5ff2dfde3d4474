import { CdcError } from "../errors.js";
import type { Deadline } from "../wait/deadline.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";
import {
  type ConsumedRecord,
  fetchTopicEnds,
  type KafkaAdmin,
  type KafkaEndpoint,
  toRecord,
  withConsumer,
  withKafkaAdmin,
} from "./kafka.js";

export interface FollowOptions {
  /** Given all topics at the beginning; what it throws ends it. */
  readonly checkTopics: (topics: readonly string[]) => void;
  /** Topics that come later are read too, from their beginning. */
  readonly isWanted: (topic: string) => boolean;
  readonly from: "beginning" | "end";
  /** Its abort is how following ends in good order. */
  readonly signal: AbortSignal;
  /** Called once it is known from where on each topic is read. */
  readonly onStart: (topics: readonly string[]) => void;
  /** Answers whether to go on. */
  readonly onRecord: (record: ConsumedRecord) => boolean;
}

const LOOK_FOR_TOPICS_EVERY_MS = 2_000;
const FOREVER: Deadline = { totalMs: Infinity, remainingMs: () => Infinity };

/** From where on each partition is read: the offset of its next record. */
type Positions = Map<string, Map<number, number>>;

/**
 * Hands over the records of topics as they come, until `signal` is aborted or `onRecord` has enough. kafkajs reads in
 * groups only: each of these commits nothing and is deleted afterwards.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export function followTopics(endpoint: KafkaEndpoint, options: FollowOptions): Promise<void> {
  const { checkTopics, isWanted, from, signal, onStart } = options;
  return withKafkaAdmin(endpoint, async (admin) => {
    const topics = await admin.listTopics();
    checkTopics(topics);
    const positions: Positions = new Map();
    await addPositions(admin, topics.filter(isWanted), from, positions);
    onStart([...positions.keys()]);
    const enough = new AbortController();
    const ended = AbortSignal.any([signal, enough.signal]);
    while (!ended.aborted) {
      const onRecord = (record: ConsumedRecord) => {
        if (!ended.aborted && !options.onRecord(record)) enough.abort();
      };
      let later: readonly string[] = [];
      await readTopics(endpoint, positions, onRecord, async () => {
        later = await laterTopics(admin, isWanted, positions, ended);
      });
      await addPositions(admin, later, "beginning", positions);
    }
  });
}

async function addPositions(
  admin: KafkaAdmin,
  topics: readonly string[],
  from: FollowOptions["from"],
  positions: Positions,
): Promise<void> {
  for (const topic of topics) {
    // One that was made a moment ago is found the next time.
    const ends = (await fetchTopicEnds(admin, topic)) ?? [];
    const offsets = ends.map(({ partition, low, high }) => [partition, from === "end" ? high : low] as const);
    if (offsets.length > 0) positions.set(topic, new Map(offsets));
  }
}

/** Waits for topics that were not there before; none where it has ended before. */
async function laterTopics(
  admin: KafkaAdmin,
  isWanted: FollowOptions["isWanted"],
  positions: Positions,
  ended: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await waitUntil({
      intervalMs: LOOK_FOR_TOPICS_EVERY_MS,
      deadline: FOREVER,
      signal: ended,
      probe: async () => {
        const later = (await admin.listTopics()).filter((topic) => isWanted(topic) && !positions.has(topic));
        return later.length > 0 ? ready(later) : notYet("no other topic");
      },
      onTimeout: (reason) => new CdcError("INTERNAL", reason),
    });
  } catch (error) {
    if (ended.aborted) return [];
    throw error;
  }
}

/** Reads from the positions on, which move with it, while `work` runs. */
async function readTopics(
  endpoint: KafkaEndpoint,
  positions: Positions,
  onRecord: (record: ConsumedRecord) => void,
  work: () => Promise<void>,
): Promise<void> {
  if (positions.size === 0) return work();
  await withConsumer(endpoint, async (consumer, crashed) => {
    await consumer.subscribe({ topics: [...positions.keys()] });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, partition, message }) => {
        const record = toRecord(topic, partition, message);
        const offsets = positions.get(topic);
        // What was fetched before the seek is not what was asked for.
        if (offsets === undefined || record.offset < (offsets.get(partition) ?? 0)) return Promise.resolve();
        offsets.set(partition, record.offset + 1);
        onRecord(record);
        return Promise.resolve();
      },
    });
    for (const [topic, offsets] of positions) {
      for (const [partition, offset] of offsets) consumer.seek({ topic, partition, offset: String(offset) });
    }
    await Promise.race([work(), crashed]);
  });
}
