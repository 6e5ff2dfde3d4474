import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { requireSameKafka } from "../../reconcile/require-same-kafka.js";

/**
 * In another cluster than the one that Kafka Connect writes to, every event would be waited for in vain.
 * @throws CdcError KAFKA_CLUSTER_DIFFERS, KAFKA_UNREACHABLE
 */
export async function requireSameCluster(
  connect: Pick<ConnectClient, "clusterInfo" | "url">,
  kafka: KafkaEndpoint,
): Promise<void> {
  const { clusterId } = await withKafkaAdmin(kafka, (admin) => admin.describeCluster());
  await requireSameKafka(connect, kafka, clusterId);
}
