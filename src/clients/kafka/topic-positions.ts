import type { ConsumedRecord } from "./consumed-record.js";
import type { PartitionEnd } from "./topic-ends.js";

interface Position {
  /** The offset of the next record. */
  next: number;
  /** The first offset that is not to be read any more, where that is known. */
  stop?: number;
}

/** From where on each partition is read, and up to where. */
export class TopicPositions {
  readonly #topics = new Map<string, Map<number, Position>>();

  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  /** How many are known; undefined of a topic that is not read. */
  partitionsOf(topic: string): number | undefined {
    return this.#topics.get(topic)?.size;
  }

  begin(topic: string, offsets: ReadonlyMap<number, number>): void {
    this.#topics.set(topic, new Map([...offsets].map(([partition, next]) => [partition, { next }])));
  }

  endAt(topic: string, offsets: ReadonlyMap<number, number>): void {
    for (const [partition, position] of this.#topics.get(topic) ?? []) {
      position.stop = offsets.get(partition) ?? position.next;
    }
  }

  /** Each partition with the offset of its next record. */
  *next(): Iterable<{ readonly topic: string; readonly partition: number; readonly offset: number }> {
    for (const [topic, partitions] of this.#topics) {
      for (const [partition, { next }] of partitions) yield { topic, partition, offset: next };
    }
  }

  /** Goes on behind a record. Answers false of one that is not to be read: kafkajs may hand it over all the same. */
  take({ topic, partition, offset }: Pick<ConsumedRecord, "topic" | "partition" | "offset">): boolean {
    const position = this.#topics.get(topic)?.get(partition);
    if (position === undefined || offset < position.next) return false;
    position.next = offset + 1;
    return offset < (position.stop ?? Infinity);
  }

  hasStops(topic: string): boolean {
    return [...(this.#topics.get(topic)?.values() ?? [])].every(({ stop }) => stop !== undefined);
  }

  /** Whether it is known of all where reading is to end. */
  haveStops(): boolean {
    return this.topics.every((topic) => this.hasStops(topic));
  }

  /** Whether all that is to be read is read. */
  isAtStops(): boolean {
    const positions = [...this.#topics.values()].flatMap((partitions) => [...partitions.values()]);
    return positions.every(({ next, stop }) => next >= (stop ?? Infinity));
  }

  /**
   * Takes notice of what has become of the topics.
   * @param partitions by topic that is there and wanted, how many it has
   * @param ends of some of them
   * @returns what has changed, in sentences; nothing where reading may go on as it is
   */
  adjust(
    partitions: ReadonlyMap<string, number>,
    ends: ReadonlyMap<string, readonly PartitionEnd[]>,
  ): readonly string[] {
    const changes: string[] = [];
    for (const topic of this.topics) {
      if (partitions.has(topic)) continue;
      this.#topics.delete(topic);
      changes.push(`${topic} is gone; should it come again, it is read from its beginning`);
    }
    for (const [topic, of] of ends) {
      const known = this.#topics.get(topic);
      if (known === undefined) {
        this.begin(topic, new Map(of.map(({ partition, low }) => [partition, low])));
        changes.push(`${topic} is new, and read too`);
      } else changes.push(...of.flatMap((end) => adjustPartition(topic, known, end)));
    }
    return changes;
  }
}

function adjustPartition(topic: string, known: Map<number, Position>, end: PartitionEnd): string[] {
  const { partition, low, high } = end;
  const position = known.get(partition);
  const place = `partition ${partition} of ${topic}`;
  if (position === undefined) {
    known.set(partition, { next: low });
    return [`${place} is new, and read too`];
  }
  const { next } = position;
  if (next > high) {
    position.next = low;
    return [`${place} ends at ${high}, before ${next}: it was made anew, and is read from its beginning`];
  }
  if (next >= low) return [];
  position.next = low;
  return [`${place} begins at ${low}: ${low - next} offsets were deleted before they were read`];
}
