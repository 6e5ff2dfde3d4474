import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import type { KubeObject } from "../../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../../errors.js";
import type { K8sSession } from "../k8s-session.js";
import { CREDENTIALS, type Manifest, POSTGRES } from "../manifest.js";
import { isOurs } from "../plan-object.js";
import { wantedManifests } from "../wanted-servers.js";

export const CONFIG = "postgres-wal-config";
export const POD = `${POSTGRES}-0`;
/** The container of the server in its pod. */
export const SERVER = "postgres";
export const DATA_CLAIM = `data-${POD}`;
export const ARCHIVE_CLAIM = `wal-archive-${POD}`;

/** What a server is restored from: the objects that are there, and where one is missing, as `deploy` would make it. */
export interface RecoverySource {
  readonly statefulSet: Manifest;
  readonly config: Manifest;
  readonly credentials: Manifest;
  /** The StatefulSet is there, and ours. */
  readonly isDeployed: boolean;
  /** There is a pod, ready or not: the volumes are mounted on its node. */
  readonly hasPod: boolean;
}

/** @throws CdcError NOT_DEPLOYED where there is no archive of ours */
export async function findSource({ cluster, config }: K8sSession): Promise<RecoverySource> {
  const archive = await cluster.read(claim(ARCHIVE_CLAIM));
  if (archive === undefined || !isOurs(archive)) throw noArchive(cluster, archive);
  const wanted = wantedManifests(config, false);
  const find = async (kind: string, name: string): Promise<[Manifest, KubeObject | undefined]> => {
    const manifest = wanted.find((one) => one.kind === kind && one.metadata.name === name);
    if (manifest === undefined) throw new Error(`the shipped files have no ${kind} ${name}`);
    const live = await cluster.read(manifest);
    return [manifest, live !== undefined && isOurs(live) ? live : undefined];
  };
  const [[statefulSet, liveSet], [settings, liveSettings], [credentials, liveCredentials], pod] =
    await Promise.all([
      find("StatefulSet", POSTGRES),
      find("ConfigMap", CONFIG),
      find("Secret", CREDENTIALS),
      cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { name: POD } }),
    ]);
  return {
    statefulSet: liveSet ?? statefulSet,
    config: liveSettings ?? settings,
    credentials: liveCredentials ?? credentials,
    isDeployed: liveSet !== undefined,
    hasPod: pod !== undefined,
  };
}

/** Whether the server runs and takes connections. */
export async function isReady(cluster: Cluster): Promise<boolean> {
  const live = await cluster.read({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: POSTGRES },
  });
  if (live === undefined || !isOurs(live)) return false;
  const { readyReplicas = 0 } = (live.status ?? {}) as { readonly readyReplicas?: number };
  return readyReplicas > 0;
}

export const claim = (name: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name },
});

function noArchive({ namespace, context }: Cluster, found: KubeObject | undefined): CdcError {
  const where = `namespace ${namespace} (context ${context})`;
  const what =
    found === undefined
      ? `there is no volume claim ${ARCHIVE_CLAIM} in ${where}, so there is no archive`
      : `the volume claim ${ARCHIVE_CLAIM} in ${where} was not made by cdc-pipeline`;
  return new CdcError("NOT_DEPLOYED", what, {
    hint: `cdc-pipeline deploy --target k8s; or name the namespace that has it: --namespace NAME (kubectl get pvc --all-namespaces)`,
  });
}
