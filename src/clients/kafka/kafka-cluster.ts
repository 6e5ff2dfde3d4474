import kafkajs, { type ConfigResourceTypes } from "kafkajs";

import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { type KafkaAdmin, withKafkaAdmin } from "./with-kafka-admin.js";

export interface KafkaCluster {
  readonly clusterId: string;
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  /** Of one broker, by name; empty where they may not be read. */
  readonly brokerSettings: KafkaSettings;
  readonly topics: ReadonlyMap<string, { readonly partitions: number; readonly replicationFactor: number }>;
  /** Of the topics asked for, by topic, as they are in force; one that may not be read is missing. */
  readonly topicSettings: ReadonlyMap<string, KafkaSettings>;
}

type KafkaSettings = Readonly<Record<string, string>>;

/** A look, not a wait: a broker that is away should be known as such at once. */
const QUICK = { connectionTimeoutMs: 2_000, retries: 1 };
const TOPICS_A_REQUEST = 1_000;

/**
 * Describes the cluster, its topics, and the settings of a broker and of the topics that `isAskedFor` names,
 * over one connection.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export function describeKafka(
  endpoint: KafkaEndpoint,
  isAskedFor: (topic: string) => boolean,
): Promise<KafkaCluster> {
  return withKafkaAdmin(
    endpoint,
    async (admin) => {
      const [cluster, metadata] = await Promise.all([admin.describeCluster(), admin.fetchTopicMetadata()]);
      const names = metadata.topics.map(({ name }) => name).filter(isAskedFor);
      const broker = cluster.brokers.map(({ nodeId }) => String(nodeId)).slice(0, 1);
      const brokerSettings = await describe(admin, kafkajs.ConfigResourceTypes.BROKER, broker);
      const topicSettings = await describe(admin, kafkajs.ConfigResourceTypes.TOPIC, names);
      return {
        clusterId: cluster.clusterId,
        brokers: cluster.brokers.map(({ host, port }) => `${host}:${port}`),
        brokerSettings: [...brokerSettings.values()][0] ?? {},
        topics: new Map(
          metadata.topics.map(({ name, partitions }) => [
            name,
            {
              partitions: partitions.length,
              replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
            },
          ]),
        ),
        topicSettings,
      };
    },
    QUICK,
  );
}

async function describe(
  admin: KafkaAdmin,
  type: ConfigResourceTypes,
  names: readonly string[],
): Promise<Map<string, KafkaSettings>> {
  const settings = new Map<string, KafkaSettings>();
  for (let start = 0; start < names.length; start += TOPICS_A_REQUEST) {
    const resources = names.slice(start, start + TOPICS_A_REQUEST).map((name) => ({ type, name }));
    for (const { resourceName, configEntries } of await describeAllowed(admin, resources)) {
      const entries = configEntries.map(({ configName, configValue }) => [configName, configValue] as const);
      settings.set(resourceName, Object.fromEntries(entries));
    }
  }
  return settings;
}

/** What may not be read, or went away meanwhile, is left out: it is no reason to know nothing. */
async function describeAllowed(admin: KafkaAdmin, resources: { type: ConfigResourceTypes; name: string }[]) {
  try {
    return (await admin.describeConfigs({ resources, includeSynonyms: false })).resources;
  } catch (error) {
    if (error instanceof Error && error.name === "KafkaJSProtocolError") return [];
    throw error;
  }
}
