import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import type { KubeObject, ObjectReference } from "../../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../../errors.js";
import type { ClaimFacts } from "./explain-claims.js";
import { isComplete, type RolloutFacts } from "./explain-rollout.js";
import { claimShape, eventShape, podShape, storageClassShape, workloadShape } from "./shapes.js";

/** Reads what tells of a rollout; undefined where there is no such object. Of one that is complete only the object. */
export async function readRollout(
  cluster: Cluster,
  reference: ObjectReference,
): Promise<RolloutFacts | undefined> {
  const found = await cluster.read(reference);
  if (found === undefined) return undefined;
  const workload = workloadShape.parse(found);
  if (isComplete(workload)) return { workload, pods: [], makerUids: [], events: [] };
  const namespace = reference.metadata.namespace ?? cluster.namespace;
  const labels = Object.entries(workload.spec.selector.matchLabels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
  const list = (apiVersion: string, kind: string, selected: { readonly labels?: string } = {}) =>
    cluster.list({ apiVersion, kind }, { namespace, ...selected });
  const isDeployment = workload.kind === "Deployment";
  const [pods, events, replicaSets] = await Promise.all([
    list("v1", "Pod", { labels }),
    ifAllowed(list("v1", "Event")),
    isDeployment ? ifAllowed(list("apps/v1", "ReplicaSet", { labels })) : [],
  ]);
  const parsed = pods.map((pod) => podShape.parse(pod));
  const needsClaims = parsed.some(
    ({ spec, status }) =>
      status.phase === "Pending" && spec.volumes.some((volume) => volume.persistentVolumeClaim),
  );
  const storage = needsClaims ? await readStorage(cluster, namespace) : {};
  return {
    workload,
    pods: parsed,
    makerUids: isDeployment
      ? (replicaSets ?? []).map(({ metadata }) => metadata.uid ?? "")
      : [workload.metadata.uid],
    events: (events ?? []).map((event) => eventShape.parse(event)),
    ...storage,
  };
}

/** What tells why a pod by itself is not ready. */
export async function readPodFacts(cluster: Cluster): Promise<ClaimFacts> {
  const { namespace } = cluster;
  const [events, storage] = await Promise.all([
    ifAllowed(cluster.list({ apiVersion: "v1", kind: "Event" }, { namespace })),
    readStorage(cluster, namespace),
  ]);
  return { events: (events ?? []).map((event) => eventShape.parse(event)), ...storage };
}

async function readStorage(cluster: Cluster, namespace: string): Promise<Omit<ClaimFacts, "events">> {
  const [claims, storageClasses] = await Promise.all([
    ifAllowed(cluster.list({ apiVersion: "v1", kind: "PersistentVolumeClaim" }, { namespace })),
    ifAllowed(
      cluster.list({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" }, { allNamespaces: true }),
    ),
  ]);
  return {
    claims: claims?.map((claim) => claimShape.parse(claim)),
    storageClasses: storageClasses?.map((storageClass) => storageClassShape.parse(storageClass)),
  };
}

/** The one question of it that is cheap to ask. */
export async function isRolledOut(cluster: Cluster, reference: ObjectReference): Promise<boolean> {
  const found = await cluster.read(reference);
  return found !== undefined && isComplete(workloadShape.parse(found));
}

/** Who may deploy may lack the right to read what only tells reasons. */
async function ifAllowed(
  reading: Promise<readonly KubeObject[]>,
): Promise<readonly KubeObject[] | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CdcError && error.code === "CLUSTER_RIGHT_MISSING") return undefined;
    throw error;
  }
}
