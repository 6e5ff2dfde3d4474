import type { Admin, ITopicConfig } from "kafkajs";

import { notYet, type Probe, ready } from "../../src/wait/wait-until.js";
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
  await untilTaken(`topics ${names.join(", ")}`, async () => {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
    const partitions = found.flatMap((topic) => topic.partitions);
    return partitions.every(({ leader }) => leader >= 0) ? ready(undefined) : notYet("no leader");
  });
}

/** Asks again while kafkajs says that the next try may go through. */
export function untilTaken(what: string, probe: () => Promise<Probe<void>>): Promise<void> {
  return until(what, async () => {
    try {
      return await probe();
    } catch (error) {
      if (isRetriable(error)) return notYet((error as Error).message);
      throw error;
    }
  });
}

function isRetriable(error: unknown): boolean {
  const { retriable, cause } = error as { readonly retriable?: boolean; readonly cause?: unknown };
  return retriable === true || (cause !== undefined && isRetriable(cause));
}
