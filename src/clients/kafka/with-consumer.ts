import type { Consumer } from "kafkajs";

import { createKafka } from "./create-kafka.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { translateKafkaError } from "./translate-kafka-error.js";
import { withKafkaAdmin } from "./with-kafka-admin.js";

export interface ConsumerOptions {
  /** Whether kafkajs begins anew after a failure that passes; else it is one that `crashed` tells of. */
  readonly restarts?: boolean;
  /** Told the group that could not be deleted. */
  readonly onGroupLeft?: (groupId: string) => void;
  /** How long a broker may wait for records; the end of reading waits for it, too. */
  readonly maxWaitTimeInMs?: number;
  /** How much one request may bring. */
  readonly maxBytesPerPartition?: number;
  readonly maxBytes?: number;
}

/**
 * Runs `work` with a connected consumer. kafkajs reads in groups only: this one has a name of its own, is to commit
 * nothing, and is deleted afterwards. `crashed` rejects when the consumer gives up.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export async function withConsumer<T>(
  endpoint: KafkaEndpoint,
  work: (consumer: Consumer, crashed: Promise<never>) => Promise<T>,
  { restarts = true, onGroupLeft, ...fetch }: ConsumerOptions = {},
): Promise<T> {
  const groupId = `cdc-pipeline-${crypto.randomUUID()}`;
  const restartOnFailure = () => Promise.resolve(restarts);
  const consumer = createKafka(endpoint).consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 500,
    heartbeatInterval: 2_000,
    ...fetch,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000, restartOnFailure },
  });
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) reject(error);
    });
  });
  crashed.catch(() => undefined);
  try {
    await consumer.connect();
    return await work(consumer, crashed);
  } catch (error) {
    throw translateKafkaError(error, endpoint);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await deleteGroups(endpoint, [groupId]).catch(() => onGroupLeft?.(groupId));
  }
}

/** @throws CdcError KAFKA_UNREACHABLE, also where one of them has a member still */
export async function deleteGroups(endpoint: KafkaEndpoint, groupIds: readonly string[]): Promise<void> {
  await withKafkaAdmin(endpoint, (admin) => admin.deleteGroups([...groupIds]));
}
