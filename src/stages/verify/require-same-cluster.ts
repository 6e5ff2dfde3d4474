import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { type KafkaEndpoint, withKafkaAdmin } from "../../clients/kafka.js";
import { CdcError } from "../../errors.js";

/**
 * In another cluster than the one that Kafka Connect writes to, every event would be waited for in vain.
 * @throws CdcError KAFKA_CLUSTER_DIFFERS, KAFKA_UNREACHABLE
 */
export async function requireSameCluster(
  connect: Pick<ConnectClient, "clusterInfo" | "url">,
  kafka: KafkaEndpoint,
): Promise<void> {
  const [{ kafka_cluster_id: writtenTo }, { clusterId }] = await Promise.all([
    connect.clusterInfo(),
    withKafkaAdmin(kafka, (admin) => admin.describeCluster()),
  ]);
  if (writtenTo === clusterId) return;
  const read = kafka.brokers.join(", ");
  throw new CdcError(
    "KAFKA_CLUSTER_DIFFERS",
    `the worker at ${connect.url} writes to the Kafka cluster ${writtenTo}; ${read} is ${clusterId}`,
    { hint: "set kafka.brokers to those that the worker has as its bootstrap.servers" },
  );
}
