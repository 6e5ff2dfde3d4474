import type { KafkaAdmin } from "./with-kafka-admin.js";

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
