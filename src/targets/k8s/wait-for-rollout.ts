import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { type ObjectReference, titleOf } from "../../clients/kubernetes/kube-object.js";
import { CdcError, foreseenError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { explainRollout } from "./rollout/explain-rollout.js";
import { isRolledOut, readRollout } from "./rollout/read-rollout.js";
import { passing, type Reason } from "./rollout/reason.js";

const LOOK_EVERY_MS = 150;
/** Pods and events are read for the reasons, which change less often and cost more. */
const EXPLAIN_EVERY_MS = 500;
const LOG_LINES = 12;

export interface RolloutOptions {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** Told each new reason why it is not ready, in one line. */
  readonly onReason?: (reason: string) => void;
}

/**
 * Waits until all pods of a StatefulSet or Deployment are ready and as the object says.
 * @throws CdcError ROLLOUT_FAILED where waiting would not help, ROLLOUT_NOT_READY at the deadline; both with the
 *   reason and the last log lines of a container that ended
 */
export async function waitForRollout(
  cluster: Cluster,
  workload: ObjectReference,
  { deadline, signal, onReason }: RolloutOptions,
): Promise<void> {
  let last: Reason = passing("nothing is seen of it yet");
  let explainAtMs = 0;
  const timedOut = new CdcError("ROLLOUT_NOT_READY", `${titleOf(workload)} was not ready in time`);
  try {
    await waitUntil({
      intervalMs: LOOK_EVERY_MS,
      deadline,
      signal,
      ...(onReason === undefined ? {} : { onReason }),
      probe: async () => {
        const isDue = performance.now() >= explainAtMs;
        if (!isDue && !(await isRolledOut(cluster, workload))) return notYet(last.text);
        explainAtMs = performance.now() + EXPLAIN_EVERY_MS;
        const facts = await readRollout(cluster, workload);
        const reason = facts === undefined ? passing("it does not exist") : explainRollout(facts);
        if (reason === undefined) return ready(undefined);
        last = reason;
        if (reason.stuck !== undefined) {
          await replacePod(cluster, workload, reason.stuck);
          return notYet(reason.text);
        }
        if (!reason.isHopeless) return notYet(reason.text);
        throw await failure("cannot become ready", cluster, workload, reason, signal);
      },
      onTimeout: () => timedOut,
    });
  } catch (error) {
    if (error !== timedOut) throw error;
    throw await failure("was not ready in time", cluster, workload, last, signal);
  }
}

/** Nothing is lost with a pod that does not run: its volumes stay. */
async function replacePod(
  cluster: Cluster,
  { metadata: { namespace } }: ObjectReference,
  { name, uid }: { readonly name: string; readonly uid: string },
): Promise<void> {
  const reference = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  };
  await cluster.remove(reference, { uid });
}

async function failure(
  what: string,
  cluster: Cluster,
  workload: ObjectReference,
  reason: Reason,
  signal: AbortSignal,
): Promise<CdcError> {
  const namespace = workload.metadata.namespace ?? cluster.namespace;
  const lines = await lastLogLines(cluster, namespace, reason, signal);
  const log = lines === "" ? "" : `\nits last log lines:\n${lines}`;
  return new CdcError(
    reason.isHopeless ? "ROLLOUT_FAILED" : "ROLLOUT_NOT_READY",
    `${titleOf(workload)} ${what}: ${reason.text}${log}`,
    {
      hint: reason.hint ?? whatToLookAt(workload, reason, namespace),
      details: { reason: reason.text, namespace, ...(reason.pod === undefined ? {} : { pod: reason.pod }) },
    },
  );
}

function whatToLookAt(workload: ObjectReference, { pod, text }: Reason, namespace: string): string {
  const [, quota] = /exceeded quota: ([^,]+),/.exec(text) ?? [];
  if (quota !== undefined) {
    return `kubectl describe quota ${quota} -n ${namespace}; have it raised, or ask for less: k8s.dataSize, k8s.archiveSize`;
  }
  if (/(?:maximum|minimum) .* usage per |max limit to request ratio/.test(text)) {
    return `kubectl describe limitrange -n ${namespace}; have it raised, or ask for what it allows: k8s.dataSize, k8s.archiveSize`;
  }
  const look = pod === undefined ? `${workload.kind.toLowerCase()} ${workload.metadata.name}` : `pod ${pod}`;
  return `kubectl describe ${look} -n ${namespace}`;
}

async function lastLogLines(
  cluster: Cluster,
  namespace: string,
  reason: Reason,
  signal: AbortSignal,
): Promise<string> {
  if (reason.pod === undefined || reason.log === undefined) return "";
  const { container, previous } = reason.log;
  try {
    let text = "";
    const reference = { pod: reason.pod, namespace, container };
    for await (const piece of cluster.log(reference, { lines: LOG_LINES, previous })) text += piece;
    return text.trimEnd();
  } catch (error) {
    // The log only adds to the reason: the pod may be gone, or its log may not be read.
    foreseenError(error, signal);
    return "";
  }
}
