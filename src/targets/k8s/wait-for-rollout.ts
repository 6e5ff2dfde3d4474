import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { type ObjectReference, titleOf } from "../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

export interface RolloutOptions {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Told each new reason why it is not ready, in one line. */
  readonly onReason?: (reason: string) => void;
}

/**
 * Waits until all pods of a StatefulSet or Deployment are ready and as the object says.
 * @throws CdcError ROLLOUT_FAILED where waiting would not help, ROLLOUT_NOT_READY at the deadline
 */
export async function waitForRollout(
  cluster: Cluster,
  workload: ObjectReference,
  { deadline, signal, onReason }: RolloutOptions,
): Promise<void> {
  await waitUntil({
    intervalMs: 500,
    deadline,
    signal,
    ...(onReason === undefined ? {} : { onReason }),
    probe: async () => {
      const { spec, status } = ((await cluster.read(workload)) ?? {}) as {
        readonly spec?: { readonly replicas?: number };
        readonly status?: { readonly readyReplicas?: number };
      };
      const isReady = (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1);
      return isReady ? ready(undefined) : notYet("pods are not ready");
    },
    onTimeout: (reason) =>
      new CdcError("ROLLOUT_NOT_READY", `${titleOf(workload)} was not ready in time: ${reason}`, {
        hint: `kubectl describe pods -n ${cluster.namespace}`,
      }),
  });
}
