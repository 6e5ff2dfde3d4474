import { CdcError } from "../../errors.js";
import { createKafka, type KafkaOptions } from "./create-kafka.js";
import type { KafkaEndpoint } from "./kafka-endpoint.js";
import { translateKafkaError } from "./translate-kafka-error.js";

/** What a request of kafkajs is made of. */
export interface KafkaRequest<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => Promise<object>;
  };
  readonly response: {
    readonly decode: (answer: Buffer) => Promise<Answer>;
    readonly parse: (data: Answer) => Promise<Answer>;
  };
  /** kafkajs would log it else. */
  readonly logResponseError?: boolean;
}

/** The brokers of a cluster, for requests about many topics at once, which kafkajs's clients do not have. */
export interface KafkaBrokers {
  /** Of all topics, the leader of each partition; -1 where there is none. */
  leaders(): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>>;
  /** @throws CdcError KAFKA_UNREACHABLE where the broker does not know that version of the request */
  send<Answer>(nodeId: number, request: KafkaRequest<Answer>): Promise<Answer>;
}

/** The part of kafkajs's own `Cluster` that is used here. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  metadata(): Promise<{
    readonly topicMetadata: readonly {
      readonly topic: string;
      readonly partitionMetadata: readonly { readonly partitionId: number; readonly leader: number }[];
    }[];
  }>;
  findBroker(broker: { readonly nodeId: number }): Promise<{
    readonly connectionPool: { send<Answer>(request: KafkaRequest<Answer>): Promise<Answer> };
    /** By the number of the kind of request. */
    readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null;
  }>;
}

/**
 * Runs `work` with connections to the brokers, which are closed afterwards.
 * @throws CdcError KAFKA_UNREACHABLE
 */
export async function withKafkaBrokers<T>(
  endpoint: KafkaEndpoint,
  work: (brokers: KafkaBrokers) => Promise<T>,
  options?: KafkaOptions,
): Promise<T> {
  const cluster = createCluster(endpoint, options);
  try {
    await cluster.connect();
    return await work({
      async leaders() {
        const { topicMetadata } = await cluster.metadata();
        return new Map(
          topicMetadata.map(({ topic, partitionMetadata }) => [
            topic,
            new Map(partitionMetadata.map(({ partitionId, leader }) => [partitionId, leader])),
          ]),
        );
      },
      async send(nodeId, request) {
        const { connectionPool, versions } = await cluster.findBroker({ nodeId });
        const { apiKey, apiVersion, apiName } = request.request;
        // It would close the connection, on which other requests wait.
        if ((versions?.[apiKey]?.maxVersion ?? apiVersion) < apiVersion) {
          throw new CdcError("KAFKA_UNREACHABLE", `Kafka is too old for ${apiName} version ${apiVersion}`, {
            hint: "Kafka 3.0 and later tell when the newest record came",
          });
        }
        return connectionPool.send(request);
      },
    });
  } catch (error) {
    throw translateKafkaError(error, endpoint);
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

/** kafkajs (2.2.4, which package.json pins) keeps it behind a symbol; its clients ask of one topic at a time. */
function createCluster(endpoint: KafkaEndpoint, options?: KafkaOptions): Cluster {
  const kafka = createKafka(endpoint, options);
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  if (symbol === undefined) throw new Error("this kafkajs keeps its cluster elsewhere");
  const create = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol];
  if (create === undefined) throw new Error("this kafkajs keeps its cluster elsewhere");
  return create({ allowAutoTopicCreation: false });
}
