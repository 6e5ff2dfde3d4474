import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import type { Cluster } from "../../clients/kubernetes/cluster.js";
import type { KafkaChoice } from "./choose-kafka.js";
import { KAFKA } from "./manifest.js";
import { parseServiceAddress } from "./service-address.js";

/** What our broker tells those who come through a tunnel, see k8s/kafka/kafka.yaml. */
const EXTERNAL = { port: 9094, told: "localhost:9094" };

/**
 * The ways to Kafka. Brokers inside the cluster are reached by a tunnel each: those that are known are asked for
 * the addresses of all. Already these questions follow the names that brokers tell of themselves.
 */
export async function openKafka(cluster: Cluster, choice: KafkaChoice): Promise<KafkaEndpoint> {
  if (choice.kind === "own") {
    const { host, port } = await cluster.openTunnel({ kind: "Pod", name: `${KAFKA}-0`, port: EXTERNAL.port });
    const address = `${host}:${port}`;
    return { brokers: [address], routes: new Map([[EXTERNAL.told, address]]) };
  }
  const { kafka } = choice;
  const first = await openRoutes(cluster, kafka.brokers);
  if (first.size === 0) return kafka;
  // A certificate is of the name, not of this end of the tunnel.
  const isNamed = kafka.access?.tls !== undefined;
  const brokers = isNamed ? kafka.brokers : kafka.brokers.map((broker) => first.get(broker) ?? broker);
  const told = await withKafkaAdmin(
    { ...kafka, brokers, routes: first },
    async (admin) => (await admin.describeCluster()).brokers,
  );
  const addresses = told.map(({ host, port }) => `${host}:${port}`).filter((address) => !first.has(address));
  return { ...kafka, brokers, routes: new Map([...first, ...(await openRoutes(cluster, addresses))]) };
}

/** A tunnel for each address that is one of the cluster's own names. */
async function openRoutes(cluster: Cluster, addresses: readonly string[]): Promise<Map<string, string>> {
  const routes = await Promise.all(
    addresses.map(async (address): Promise<readonly (readonly [string, string])[]> => {
      const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(address) ?? [];
      const service = parseServiceAddress(host);
      if (service === undefined) return [];
      const tunnel = await cluster.openTunnel({ ...service, port: Number(port) });
      return [[address, `${tunnel.host}:${tunnel.port}`]];
    }),
  );
  return new Map(routes.flat());
}
