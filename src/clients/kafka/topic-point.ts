import type { PartitionEnd } from "./topic-ends.js";
import type { KafkaAdmin } from "./with-kafka-admin.js";

/** A point in topics, to read from or up to. */
export type TopicPoint =
  | { readonly at: "beginning" | "end" }
  /** By the time that a record came to Kafka, in milliseconds since 1970. */
  | { readonly at: "time"; readonly timeMs: number }
  /** Of the partitions that are named; of the others it is their end. */
  | { readonly at: "offset"; readonly offsetOf: (partition: number) => number | undefined };

/** The offset by partition; what was asked for and is not there comes with a sentence that says so. */
export interface ResolvedPoint {
  readonly offsets: ReadonlyMap<number, number>;
  readonly notes: readonly string[];
}

/** Where a point is in a topic. */
export async function resolvePoint(
  admin: Pick<KafkaAdmin, "fetchTopicOffsetsByTimestamp">,
  topic: string,
  ends: readonly PartitionEnd[],
  point: TopicPoint,
): Promise<ResolvedPoint> {
  if (point.at === "time") {
    // A time behind the last record is the end.
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, point.timeMs);
    return { offsets: new Map(found.map(({ partition, offset }) => [partition, Number(offset)])), notes: [] };
  }
  const offsets = new Map<number, number>();
  const notes: string[] = [];
  for (const end of ends) {
    const wanted = point.at === "offset" ? point.offsetOf(end.partition) : undefined;
    const otherwise = point.at === "beginning" ? end.low : end.high;
    offsets.set(end.partition, wanted === undefined ? otherwise : clamp(wanted, end));
    if (wanted !== undefined) notes.push(...clampNotes(topic, wanted, end));
  }
  return { offsets, notes };
}

const clamp = (offset: number, { low, high }: PartitionEnd): number => Math.min(Math.max(offset, low), high);

function clampNotes(topic: string, wanted: number, { partition, low, high }: PartitionEnd): string[] {
  const place = `partition ${partition} of ${topic}`;
  if (wanted < low) return [`${place} begins at ${low}: what was before is deleted`];
  return wanted > high ? [`${place} ends at ${high}, before ${wanted}`] : [];
}
