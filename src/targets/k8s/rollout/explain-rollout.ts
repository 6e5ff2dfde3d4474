import { newestMessage } from "./events.js";
import type { ClaimFacts } from "./explain-claims.js";
import { explainPod } from "./explain-pod.js";
import { hopeless, oneLine, passing, type Reason } from "./reason.js";
import type { Pod, Workload } from "./shapes.js";

export interface RolloutFacts extends ClaimFacts {
  readonly workload: Workload;
  /** Those that the workload selects. */
  readonly pods: readonly Pod[];
  /** Ids of what makes the pods: of the StatefulSet, or of the ReplicaSets of a Deployment. */
  readonly makerUids: readonly string[];
}

/** Of a pod security standard, or of a LimitRange. A quota may get room again. */
const LASTING_REFUSAL =
  /violates PodSecurity|(?:maximum|minimum) .* usage per |max limit to request ratio|failed quota: [^:]+: must specify/;

/** Why a StatefulSet or Deployment is not as it should be; undefined is one that is. */
export function explainRollout(facts: RolloutFacts): Reason | undefined {
  const { workload, pods } = facts;
  if (isComplete(workload)) return undefined;
  // Until then, what the pods tell is about what was there before.
  if (workload.status.observedGeneration < workload.metadata.generation) {
    return passing("the change is not taken up yet");
  }
  const reasons = pods.flatMap((pod) => explainPod(pod, facts) ?? []);
  const hopelessOne = reasons.find(({ isHopeless }) => isHopeless);
  if (hopelessOne !== undefined) return withStuckRevision(hopelessOne, facts);
  const refused = explainMissingPods(facts);
  if (refused !== undefined) return refused;
  // A pod that goes, or one that is kept after its failure, says less than the one that comes.
  const [reason] = reasons.toSorted((one, other) => Number(isOver(one, pods)) - Number(isOver(other, pods)));
  if (reason !== undefined) return withFailedPod(withStuckRevision(reason, facts), reasons, pods);
  return passing(progress(workload));
}

/** Whether all pods are there, ready, and made from the workload as it is now. */
export function isComplete({ kind, metadata, spec, status }: Workload): boolean {
  if (status.observedGeneration < metadata.generation) return false;
  if (status.readyReplicas < spec.replicas || status.updatedReplicas < spec.replicas) return false;
  if (kind === "Deployment")
    return status.replicas === spec.replicas && status.availableReplicas >= spec.replicas;
  return status.updateRevision === undefined || status.currentRevision === status.updateRevision;
}

function explainMissingPods({ workload, pods, events, makerUids }: RolloutFacts): Reason | undefined {
  if (pods.length >= workload.spec.replicas) return undefined;
  const refusal =
    makerUids
      .map((uid) => newestMessage(events, uid, "FailedCreate"))
      .find((message) => message !== undefined) ??
    workload.status.conditions.find(({ type, status }) => type === "ReplicaFailure" && status === "True")
      ?.message;
  if (refusal === undefined) return undefined;
  const text = `its pods cannot be made: ${oneLine(refusal)}`;
  return LASTING_REFUSAL.test(refusal) ? hopeless(text) : passing(text);
}

/** What became of a pod that was evicted is the reason for the one that comes in its place. */
function withFailedPod(reason: Reason, reasons: readonly Reason[], pods: readonly Pod[]): Reason {
  const failed = reasons.find(({ pod }) =>
    pods.some(({ metadata, status }) => metadata.name === pod && status.phase === "Failed"),
  );
  if (failed === undefined || failed.pod === reason.pod) return reason;
  return { ...reason, text: `${reason.text}; before it, ${failed.text}` };
}

/** A StatefulSet waits for a broken pod before it makes it anew: https://github.com/kubernetes/kubernetes/issues/67250 */
function withStuckRevision(reason: Reason, { workload, pods }: RolloutFacts): Reason {
  const { updateRevision } = workload.status;
  const pod = pods.find(({ metadata }) => metadata.name === reason.pod);
  const revision = pod?.metadata.labels["controller-revision-hash"];
  if (workload.kind !== "StatefulSet" || pod === undefined || updateRevision === undefined) return reason;
  if (revision === undefined || revision === updateRevision || pod.metadata.deletionTimestamp !== undefined)
    return reason;
  const { name, uid } = pod.metadata;
  const text = `${reason.text}; it is of the version before, and a StatefulSet replaces it only once it is ready or deleted`;
  const isRunning = pod.status.containerStatuses.some(({ state }) => state.running !== undefined);
  // What runs may still become ready, or be of use to somebody.
  return isRunning
    ? { ...reason, text: `${text}: kubectl delete pod ${name}` }
    : { ...reason, text, stuck: { name, uid } };
}

const isOver = ({ pod }: Reason, pods: readonly Pod[]): boolean =>
  pods.some(
    ({ metadata, status }) =>
      metadata.name === pod && (metadata.deletionTimestamp !== undefined || status.phase === "Failed"),
  );

function progress({ spec, status }: Workload): string {
  return `${Math.min(status.readyReplicas, status.updatedReplicas)} of ${spec.replicas} pods are ready and up to date`;
}
