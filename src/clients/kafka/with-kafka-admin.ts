import type { Admin } from "kafkajs";

import { createKafka, type KafkaOptions } from "./create-kafka.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { translateKafkaError } from "./translate-kafka-error.js";

export type KafkaAdmin = Admin;

/**
 * Runs `work` with an admin client that is closed afterwards.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export async function withKafkaAdmin<T>(
  endpoint: KafkaEndpoint,
  work: (admin: KafkaAdmin) => Promise<T>,
  options?: KafkaOptions,
): Promise<T> {
  const admin = createKafka(endpoint, options).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw translateKafkaError(error, endpoint);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
