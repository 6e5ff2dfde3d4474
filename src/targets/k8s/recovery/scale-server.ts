import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import { notYet, ready, waitUntil } from "../../../wait/wait-until.js";
import { POSTGRES } from "../manifest.js";
import { waitForRollout } from "../wait-for-rollout.js";
import { POD } from "./recovery-source.js";

/** Says of the StatefulSet that a restore in place has stopped it, and when. */
export const RESTORING = "cdc-pipeline/restore-in-place";

const STATEFUL_SET = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: POSTGRES } } as const;
const LOOK_EVERY_MS = 300;

/** Has the server end, and waits until its pod is gone and nobody uses its volumes any more. */
export async function stopServer(
  cluster: Cluster,
  stamp: string,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await cluster.merge(STATEFUL_SET, {
    metadata: { annotations: { [RESTORING]: stamp } },
    spec: { replicas: 0 },
  });
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: update,
    probe: async () => {
      const pod = await readPod(cluster);
      return pod === undefined ? ready(undefined) : notYet(`pod ${POD} shuts down`);
    },
    onTimeout: (reason) =>
      new CdcError("RESTORE_FAILED", `${reason}, and did not end in time`, {
        hint: `more time: --timeout SECONDS; why it hangs: kubectl describe pod -n ${cluster.namespace} ${POD}`,
      }),
  });
}

/** Has the server run again, and waits until it takes connections. @throws CdcError ROLLOUT_FAILED, ROLLOUT_NOT_READY */
export async function startServer(
  cluster: Cluster,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await cluster.merge(STATEFUL_SET, {
    metadata: { annotations: { [RESTORING]: null } },
    spec: { replicas: 1 },
  });
  await waitForRollout(cluster, STATEFUL_SET, { ...context, onReason: update });
}

/** The data may be moved only while nobody runs on it. @throws CdcError RESTORE_FAILED */
export async function requireStopped(cluster: Cluster): Promise<void> {
  if ((await readPod(cluster)) === undefined) return;
  throw new CdcError("RESTORE_FAILED", `somebody has started ${POD} while its data was being restored`, {
    hint: "run nothing else on the server until the restore is over, and run it again",
  });
}

const readPod = (cluster: Cluster) =>
  cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { name: POD } });
