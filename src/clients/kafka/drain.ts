import type { Consumer, EachBatchPayload } from "kafkajs";

import type { Context } from "../../context.js";
import type { RecordChunk } from "../../reconcile/engine/engine.js";
import type { Deadline } from "../../wait/deadline.js";
import { type DrainPlace, drainUnfinished } from "./drain-place.js";
import { RecordGrouper } from "./record-grouper.js";
import type { PartitionOffsets } from "./topic-offsets.js";

/** Takes records of one partition in order, none twice; their memory is used again once this is done. */
export type OnRecords = (chunk: RecordChunk) => Promise<void>;

export type DrainLimits = Pick<Context, "deadline" | "signal">;

/** So many answers in a row that brought nothing: retention may have taken what is waited for. */
const IDLE_FETCHES = 4;

type ReadLows = (topics: readonly string[]) => Promise<ReadonlyMap<string, PartitionOffsets>>;

/** One attempt at reading what is left of some partitions, with a consumer that has no other work. */
export class Drain {
  readonly #consumer: Consumer;
  readonly #places = new Map<string, DrainPlace>();
  readonly #limits: DrainLimits;
  readonly #grouper: RecordGrouper;
  readonly #readLows: ReadLows;
  readonly #ended = new AbortController();
  #failure: unknown;
  #missing = 0;
  #idleFetches = 0;
  #looking: Promise<void> | undefined;

  constructor(
    consumer: Consumer,
    places: readonly DrainPlace[],
    onRecords: OnRecords,
    limits: DrainLimits,
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
        () => reject(drainUnfinished([...this.#places.values()], deadline, "nothing more came")),
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

  #reach(place: DrainPlace | undefined, offset: number): void {
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
