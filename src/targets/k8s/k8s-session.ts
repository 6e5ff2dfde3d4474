import type { Cluster } from "../../clients/kubernetes/cluster.js";
import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { shellWord } from "../../shell-words.js";
import { chooseKafka, isGiven, type KafkaChoice } from "./choose-kafka.js";
import { CONNECT } from "./manifest.js";
import { isOurs } from "./plan-object.js";
import { type ServerObjects, wantedServers } from "./wanted-servers.js";

/** What every action of the target works with. */
export interface K8sSession {
  readonly config: Config;
  readonly cluster: Cluster;
  /** The words before the rest of a kubectl command that works on the same namespace. */
  readonly kubectl: string;
  /** Those of its options that the user chose: `--kubeconfig FILE --context NAME`, as a shell reads them. */
  readonly kubectlOptions: readonly string[];
}

/** Opens the cluster of the configuration. The client is large, so that it is loaded here. @throws CdcError KUBECONFIG_INVALID */
export async function openSession(
  config: Config,
  { signal, deadline, report }: Context,
): Promise<K8sSession> {
  const { openCluster } = await import("../../clients/kubernetes/open-cluster.js");
  const { kubeconfig, context, namespace } = config.k8s;
  const onWait = (message: string) => report({ type: "notice", message });
  const cluster = openCluster({ kubeconfig, context, namespace, signal, deadline, onWait });
  const kubectlOptions = [
    ...(kubeconfig === undefined ? [] : ["--kubeconfig", shellWord(kubeconfig)]),
    ...(context === undefined ? [] : ["--context", shellWord(context)]),
  ];
  const kubectl = ["kubectl", ...kubectlOptions, "-n", cluster.namespace].join(" ");
  return { config, cluster, kubectl, kubectlOptions };
}

/** Whose Kafka is used, and the servers that belong to this target. @throws CdcError KAFKA_NOT_CHOSEN */
export async function chooseServers({
  config,
  cluster,
}: K8sSession): Promise<{ readonly choice: KafkaChoice; readonly servers: readonly ServerObjects[] }> {
  // Who has a Kafka Connect elsewhere needs no right to look for one here.
  const own = isGiven(config)
    ? undefined
    : await cluster.read({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: CONNECT } });
  const choice = chooseKafka(config, own !== undefined && isOurs(own));
  return { choice, servers: wantedServers(config, choice.kind === "own") };
}
