import type { ConnectClient } from "../clients/connect/connect-client.js";
import type { KafkaEndpoint } from "../clients/kafka/kafka-endpoint.js";
import { CdcError } from "../errors.js";

/**
 * Of another cluster's topics every row would be lost.
 * @throws CdcError KAFKA_CLUSTER_DIFFERS
 */
export async function requireSameKafka(
  connect: Pick<ConnectClient, "clusterInfo" | "url">,
  { brokers }: KafkaEndpoint,
  clusterId: string,
): Promise<void> {
  const { kafka_cluster_id: writtenTo } = await connect.clusterInfo();
  if (writtenTo === clusterId) return;
  throw new CdcError(
    "KAFKA_CLUSTER_DIFFERS",
    `the worker at ${connect.url} writes to the Kafka cluster ${writtenTo}; ${brokers.join(", ")} is ${clusterId}`,
    { hint: "set kafka.brokers to those that the worker has as its bootstrap.servers" },
  );
}
