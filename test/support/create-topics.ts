import type { Admin, ITopicConfig } from "kafkajs";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { until } from "./until.js";

/**
 * Creates topics, and waits until the brokers know who leads their partitions.
 *
 * kafkajs's own wait ends with an error where a broker has not heard of the topic yet (UNKNOWN_TOPIC_OR_PARTITION):
 * https://github.com/tulios/kafkajs/issues/1222
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  await until(`topics ${names.join(", ")}`, async () => {
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
      const partitions = found.flatMap((topic) => topic.partitions);
      return partitions.every(({ leader }) => leader >= 0) ? ready(undefined) : notYet("no leader");
    } catch (error) {
      if (isRetriable(error)) return notYet((error as Error).message);
      throw error;
    }
  });
}

/** Whether kafkajs says that the next try may go through. */
export function isRetriable(error: unknown): boolean {
  const { retriable, cause } = error as { readonly retriable?: boolean; readonly cause?: unknown };
  return retriable === true || (cause !== undefined && isRetriable(cause));
}
