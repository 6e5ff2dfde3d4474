import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

export const listTopics = (kafka: KafkaEndpoint): Promise<readonly string[]> =>
  withKafkaAdmin(kafka, (admin) => admin.listTopics());

/** Deletes topics and waits until no broker tells of them. @throws CdcError KAFKA_UNREACHABLE, KAFKA_REFUSED */
export function deleteTopics(
  kafka: KafkaEndpoint,
  topics: readonly string[],
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  return withKafkaAdmin(kafka, async (admin) => {
    await admin.deleteTopics({ topics: [...topics] });
    await waitUntil({
      intervalMs: 100,
      ...context,
      onReason: update,
      probe: async () => {
        const left = new Set(await admin.listTopics());
        const still = topics.filter((topic) => left.has(topic));
        return still.length === 0 ? ready(undefined) : notYet(`${still[0] ?? ""} is still there`);
      },
      onTimeout: (reason) =>
        new CdcError("KAFKA_REFUSED", `the topics were not deleted in time: ${reason}`, {
          hint: "run the same command again; a consumer that asks for a topic may have it made anew",
        }),
    });
  });
}
