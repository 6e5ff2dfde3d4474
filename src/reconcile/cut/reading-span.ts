import type { PartitionOffsets, TopicOffsets } from "../../clients/kafka/topic-offsets.js";

/** Where reading a topic begins, and where it has lost something. */
export interface ReadingSpan {
  readonly from: PartitionOffsets;
  /** Of the partitions that do not have all events from the first on: where they begin. */
  readonly cutOff: PartitionOffsets;
}

/**
 * @param since where a later beginning is asked for, by partition
 * @param hasWhole whether a snapshot wrote all rows, so that a row without an event is lost
 */
export function readingSpan(
  { low }: TopicOffsets,
  { since, hasWhole }: { readonly since?: PartitionOffsets; readonly hasWhole: boolean },
): ReadingSpan {
  const from = new Map(
    [...low].map(([partition, offset]) => [partition, Math.max(offset, since?.get(partition) ?? 0)]),
  );
  const cutOff = new Map([...from].filter(([, offset]) => offset > 0 || !hasWhole));
  return { from, cutOff };
}
