import { describeKafka, type KafkaCluster } from "../../clients/kafka/kafka-cluster.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { DatabaseNames } from "../../names.js";

/** One Kafka cluster, read in a fixed number of requests; the settings are of our databases' topics. */
export type KafkaFacts = KafkaCluster;

/** @throws CdcError KAFKA_UNREACHABLE */
export function readKafka(endpoint: KafkaEndpoint, names: readonly DatabaseNames[]): Promise<KafkaFacts> {
  const beginnings = names.map(({ topicPrefix }) => `${topicPrefix}.`);
  return describeKafka(endpoint, (topic) => beginnings.some((beginning) => topic.startsWith(beginning)));
}
