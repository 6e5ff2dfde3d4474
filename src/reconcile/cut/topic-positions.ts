import type { PartitionSpan } from "../../clients/kafka/drain-place.js";
import type { PartitionOffsets, TopicOffsets } from "../../clients/kafka/topic-offsets.js";
import { CdcError } from "../../errors.js";
import { readingSpan } from "./reading-span.js";

/** A topic as it is read for one table. */
export interface ReadTopic {
  readonly topic: string;
  /** Whether all rows had an event once. */
  readonly hasWhole: boolean;
}

/** Up to where each topic has been read; a topic, or a partition of one, may come later. */
export class TopicPositions {
  readonly #topics: readonly ReadTopic[];
  readonly #next: Map<number, number>[];
  /** Where each partition began when it was last looked at. */
  readonly #begins: Map<number, number>[];
  readonly #cutOff: Map<number, number>[];

  constructor(topics: readonly ReadTopic[]) {
    this.#topics = topics;
    this.#next = topics.map(() => new Map<number, number>());
    this.#begins = topics.map(() => new Map<number, number>());
    // Of a topic that is not there it is not known which partitions it would have.
    this.#cutOff = topics.map(({ hasWhole }) => new Map(hasWhole ? [] : [[0, 0]]));
  }

  /** By table and partition, where the topic begins if something has been cut off. */
  get cutOff(): readonly PartitionOffsets[] {
    return this.#cutOff;
  }

  /** How many records are to be read up to the given ends; of a topic not yet met, all that it keeps. */
  recordsUpTo(ends: ReadonlyMap<string, TopicOffsets>): number {
    let records = 0;
    for (const [table, { topic }] of this.#topics.entries()) {
      const { low, high } = ends.get(topic) ?? NO_TOPIC;
      for (const [partition, end] of high) {
        records += end - (this.#next[table]?.get(partition) ?? low.get(partition) ?? 0);
      }
    }
    return records;
  }

  /**
   * What lies between what was read and the ends; it counts as read from now on.
   * @param since by topic, where a later beginning was asked for
   * @throws CdcError READING_CUT_OFF where a topic is not the one that was read before
   */
  advance(
    ends: ReadonlyMap<string, TopicOffsets>,
    since: ReadonlyMap<string, PartitionOffsets> = new Map(),
  ): readonly PartitionSpan[] {
    const spans: PartitionSpan[] = [];
    for (const [table, { topic, hasWhole }] of this.#topics.entries()) {
      const offsets = ends.get(topic) ?? NO_TOPIC;
      const next = this.#next[table] ?? new Map<number, number>();
      const sinceOfTopic = since.get(topic);
      const begins = readingSpan(offsets, {
        hasWhole,
        ...(sinceOfTopic === undefined ? {} : { since: sinceOfTopic }),
      });
      for (const [partition, offset] of begins.from) {
        const isMet = next.has(partition);
        if (!isMet) next.set(partition, offset);
        const begin = this.#begins[table];
        // What retention took meanwhile may not have been read before that.
        const isCut = isMet ? offset > (begin?.get(partition) ?? 0) : begins.cutOff.has(partition);
        if (isCut) this.#cutOff[table]?.set(partition, offset);
        begin?.set(partition, offset);
      }
      requireSame(topic, next, offsets);
      for (const [partition, from] of next) {
        const to = offsets.high.get(partition) ?? from;
        if (from < to) spans.push({ table, topic, partition, from, to });
        next.set(partition, to);
      }
    }
    return spans;
  }
}

const NO_TOPIC: TopicOffsets = { low: new Map(), high: new Map() };

function requireSame(topic: string, next: PartitionOffsets, { high }: TopicOffsets): void {
  for (const [partition, offset] of next) {
    if ((high.get(partition) ?? -1) >= offset) continue;
    throw new CdcError("READING_CUT_OFF", `the topic ${topic} was deleted or made anew while it was read`, {
      hint: "run it again once nobody deletes topics",
    });
  }
}
