import type { Consumer, EachBatchPayload } from "kafkajs";

import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { RecordChunk } from "../../reconcile/engine/engine.js";
import type { Deadline } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { RecordGrouper } from "./record-grouper.js";
import { fetchTopicOffsets, type PartitionOffsets } from "./topic-offsets.js";
import { withConsumer } from "./with-consumer.js";
import { withKafkaAdmin } from "./with-kafka-admin.js";

/** What is read of one partition: the records from the offset `from` to before `to`. */
export interface PartitionSpan {
  readonly topic: string;
  readonly partition: number;
  /** What the chunks say of it. */
  readonly table: number;
  readonly from: number;
  readonly to: number;
}

/** Takes records of one partition in order, none twice; their memory is used again once this is done. */
type OnRecords = (chunk: RecordChunk) => Promise<void>;

type Limits = Pick<Context, "deadline" | "signal">;

interface Place extends PartitionSpan {
  /** Everything before this offset was handed over, or is not there. */
  next: number;
}

const RETRY_EVERY_MS = 500;
/** So many answers in a row that brought nothing: retention may have taken what is waited for. */
const IDLE_FETCHES = 4;
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
  limits: Limits,
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
    onTimeout: (lastReason) => unfinished(places, deadline, lastReason),
  });
}

async function drainOnce(
  endpoint: KafkaEndpoint,
  places: Place[],
  onRecords: OnRecords,
  limits: Limits,
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

type ReadLows = (topics: readonly string[]) => Promise<ReadonlyMap<string, PartitionOffsets>>;

class Drain {
  readonly #consumer: Consumer;
  readonly #places = new Map<string, Place>();
  readonly #limits: Limits;
  readonly #grouper: RecordGrouper;
  readonly #readLows: ReadLows;
  readonly #ended = new AbortController();
  #failure: unknown;
  #missing = 0;
  #idleFetches = 0;
  #looking: Promise<void> | undefined;

  constructor(
    consumer: Consumer,
    places: readonly Place[],
    onRecords: OnRecords,
    limits: Limits,
    readLows: ReadLows,
  ) {
    this.#consumer = consumer;
    this.#limits = limits;
    this.#readLows = readLows;
    this.#grouper = new RecordGrouper(onRecords);
    for (const place of places) {
      if (place.next < place.to) this.#places.set(nameOf(place.topic, place.partition), place);
    }
  }

  async run(): Promise<void> {
    const { deadline, signal } = this.#limits;
    const consumer = this.#consumer;
    if (this.#places.size === 0) return;
    const { GROUP_JOIN, END_BATCH_PROCESS, FETCH } = consumer.events;
    // A group's offsets are forgotten whenever it is joined anew, and nothing is committed.
    consumer.on(GROUP_JOIN, ({ payload: { memberAssignment } }) => this.#seek(memberAssignment));
    consumer.on(FETCH, () => this.#lookWhenIdle());
    // Of a batch in which nothing is left for us kafkajs tells in this way only.
    consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset, batchSize } }) => {
      if (batchSize === 0) this.#reach(this.#places.get(nameOf(topic, partition)), Number(lastOffset) + 1);
    });
    const topics = [...new Set([...this.#places.values()].map(({ topic }) => topic))];
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => this.#takeBatch(payload) });
    try {
      await this.#end(deadline, signal);
    } finally {
      await this.#looking;
    }
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  end(): void {
    this.#ended.abort();
  }

  /** Until all is read, something failed, the time is up or the signal is aborted. */
  async #end(deadline: Deadline, signal: AbortSignal): Promise<void> {
    if (this.#ended.signal.aborted) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(unfinished([...this.#places.values()], deadline, "nothing more came")),
        Math.min(deadline.remainingMs(), 2 ** 31 - 1),
      );
      const abort = () => {
        this.#ended.abort();
        reject(signal.reason as Error);
      };
      this.#ended.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        resolve();
      });
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
  }

  #seek(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const { topic, partition, next } of this.#places.values()) {
      this.#consumer.seek({ topic, partition, offset: String(next) });
    }
    // Of a topic all partitions are assigned, and those that nobody seeks in would be read from their beginnings.
    for (const [topic, assigned] of Object.entries(assignment)) {
      const partitions = assigned.filter((partition) => !this.#places.has(nameOf(topic, partition)));
      if (partitions.length > 0) this.#consumer.pause([{ topic, partitions }]);
    }
  }

  /** Of a partition from which retention has taken all that was left, nothing comes that would tell. */
  #lookWhenIdle(): void {
    const missing = [...this.#places.values()].reduce((sum, { next, to }) => sum + to - next, 0);
    this.#idleFetches = missing === this.#missing ? this.#idleFetches + 1 : 0;
    this.#missing = missing;
    if (this.#idleFetches < IDLE_FETCHES || this.#looking !== undefined) return;
    this.#idleFetches = 0;
    // Where it cannot be told now, it is looked at once more.
    this.#looking = this.#passCut()
      .catch(() => undefined)
      .finally(() => (this.#looking = undefined));
  }

  async #passCut(): Promise<void> {
    const places = [...this.#places.values()];
    const lows = await this.#readLows([...new Set(places.map(({ topic }) => topic))]);
    for (const place of places) this.#reach(place, lows.get(place.topic)?.get(place.partition) ?? 0);
  }

  async #takeBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const place = this.#places.get(nameOf(batch.topic, batch.partition));
    if (place === undefined || this.#ended.signal.aborted) return;
    try {
      const { table, partition } = place;
      for (const message of batch.messages) {
        const offset = Number(message.offset);
        if (offset < place.next) continue;
        if (offset >= place.to || !payload.isRunning()) break;
        if (!this.#grouper.add(message, offset)) {
          await this.#grouper.flush(table, partition);
          this.#grouper.add(message, offset);
        }
        // It will be handed over or all fails: whoever reads on after a broken connection must not do so again.
        place.next = offset + 1;
      }
      await this.#grouper.flush(table, partition);
      if (payload.isRunning()) this.#reach(place, Number(batch.lastOffset()) + 1);
    } catch (error) {
      this.#failure = error;
      this.#ended.abort();
    }
  }

  #reach(place: Place | undefined, offset: number): void {
    if (place === undefined) return;
    place.next = Math.max(place.next, Math.min(offset, place.to));
    if (place.next < place.to) return;
    const { topic, partition } = place;
    if (!this.#places.delete(nameOf(topic, partition))) return;
    this.#consumer.pause([{ topic, partitions: [partition] }]);
    if (this.#places.size === 0) this.#ended.abort();
  }
}

const nameOf = (topic: string, partition: number): string => `${topic} ${partition}`;

function unfinished(places: readonly Place[], { totalMs }: Deadline, lastReason: string): CdcError {
  const open = places.filter(({ next, to }) => next < to);
  const first = open[0];
  const where =
    first === undefined
      ? ""
      : `: ${first.topic}, partition ${first.partition}, is read up to ${first.next} of ${first.to}`;
  return new CdcError(
    "KAFKA_UNREACHABLE",
    `${open.length} partitions were not read to their end in ${Math.round(totalMs / 1000)} s${where}; ${lastReason}`,
    { hint: "cdc-pipeline status; a transaction that a producer left open holds back what comes after it" },
  );
}
