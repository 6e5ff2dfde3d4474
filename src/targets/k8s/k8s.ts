import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { ServerLog, ServerName, Target } from "../target.js";
import { isGiven } from "./choose-kafka.js";
import { emitManifests } from "./emit-manifests.js";
import { explainFailure } from "./explain-failure.js";
import { findDeployment } from "./k8s-deployment.js";
import { k8sDown, planK8sDown } from "./k8s-down.js";
import { planK8sUp } from "./k8s-plan.js";
import { chooseServers, type K8sSession, openSession } from "./k8s-session.js";
import { k8sStatus } from "./k8s-status.js";
import { k8sUp } from "./k8s-up.js";
import { MANAGED_BY, NAME_LABEL } from "./manifest.js";
import { SERVER_LABELS } from "./wanted-servers.js";

/** PostgreSQL in a Kubernetes cluster, with a Kafka and Kafka Connect that are there or deployed beside it. */
export function createK8sTarget(config: Config): Target {
  let opened: Promise<K8sSession> | undefined;
  const open = (context: Context) => (opened ??= openSession(config, context));

  async function inCluster<T>(context: Context, work: (session: K8sSession) => Promise<T>): Promise<T> {
    const session = await open(context);
    try {
      return await work(session);
    } catch (error) {
      throw await explainFailure(session, error);
    }
  }

  return {
    name: "k8s",
    ownsServers: true,
    ...(isGiven(config) ? { ownsConnect: false as const } : {}),
    up: (stage, context) => inCluster(context, (session) => k8sUp(session, stage, context)),
    planUp: (context) => inCluster(context, (session) => planK8sUp(session, context)),
    planDown: (context, options) => inCluster(context, (session) => planK8sDown(session, options)),
    down: (stage, context, options) =>
      inCluster(context, (session) => k8sDown(session, stage, context, options)),
    find: (context, needed) =>
      inCluster(context, async (session) => {
        const isAlone = needed?.every((server) => server === "postgres") === true;
        const choice = isAlone ? undefined : (await chooseServers(session)).choice;
        return findDeployment(session, choice, context, { needed });
      }),
    status: (context) => inCluster(context, (session) => k8sStatus(session, context)),
    log: (server, options, context) => inCluster(context, (session) => podLog(session, server, options)),
    recovery: async () => (await import("./recovery/k8s-recovery.js")).createK8sRecovery(config, inCluster),
    manifests: () => emitManifests(config),
    async close() {
      const session = await opened?.catch(() => undefined);
      await session?.cluster.close();
    },
  };
}

async function podLog(
  { cluster, kubectl }: K8sSession,
  server: ServerName,
  options: Parameters<Target["log"]>[1],
): Promise<ServerLog> {
  const labels = `${NAME_LABEL}=${SERVER_LABELS[server]},${MANAGED_BY.join("=")}`;
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod" }, { labels });
  // A pod that is going away has a successor, if not yet, then soon.
  const pod = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined) ?? pods[0];
  if (pod === undefined) {
    throw new CdcError("NOT_DEPLOYED", `${server} has no pod in namespace ${cluster.namespace}`, {
      hint: `cdc-pipeline deploy --target k8s; or look where it runs: ${kubectl} get pods --all-namespaces`,
    });
  }
  const { name } = pod.metadata;
  return { source: `pod ${name} in ${cluster.namespace}`, pieces: cluster.log({ pod: name }, options) };
}
