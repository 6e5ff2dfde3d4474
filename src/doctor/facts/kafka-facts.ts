import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";

export interface TopicFacts {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** One Kafka cluster, read in a fixed number of requests. */
export interface KafkaFacts {
  readonly clusterId: string;
  readonly brokers: readonly string[];
  /** Settings of the controller's view of a broker, by name: `message.max.bytes`. */
  readonly brokerSettings: Readonly<Record<string, string>>;
  readonly topics: ReadonlyMap<string, TopicFacts>;
  /** Settings of the topics of the databases that are looked at, by topic, then name. */
  readonly topicSettings: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Reads the cluster, its topics, and the settings of the topics of the given databases. */
export function readKafka(brokers: readonly string[], names: readonly DatabaseNames[]): Promise<KafkaFacts> {
  [brokers, names];
  return Promise.reject(new CdcError("KAFKA_UNREACHABLE", "not written yet"));
}
