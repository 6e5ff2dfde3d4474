import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { notYet, ready, waitUntil } from "../../../wait/wait-until.js";
import { MANAGED_BY, type Manifest, NAME_LABEL } from "../manifest.js";
import { explainPod } from "../rollout/explain-pod.js";
import { readPodFacts } from "../rollout/read-rollout.js";
import { podShape } from "../rollout/shapes.js";
import type { RecoveryScope } from "./recovery-scope.js";
import { RECOVERY_NAME } from "./render-recovery-pod.js";

const LOOK_EVERY_MS = 250;
const POD = { apiVersion: "v1", kind: "Pod" } as const;

/** Runs the start of a pod, as a step that people see or without. */
export type StartPod = (start: (update: (message: string) => void) => Promise<void>) => Promise<void>;

/** A step of the stage, where there is one. */
export const startIn =
  (stage: Stage | undefined, pod: Manifest): StartPod =>
  (start) => {
    if (stage === undefined) return start(() => undefined);
    return stage.step(`pod ${pod.metadata.name}`, async (update) => {
      await start(update);
      return outcome("started");
    });
  };

/**
 * Makes a pod, works with it and removes it, whatever happens. Called under the lease: pods that are found were
 * left by runs that were killed, and are removed first.
 * @throws CdcError ROLLOUT_FAILED, ROLLOUT_NOT_READY where the pod does not start
 */
export async function withRecoveryPod<T>(
  { cluster, calm, context }: RecoveryScope,
  pod: Manifest,
  start: StartPod,
  work: (pod: string) => Promise<T>,
): Promise<T> {
  try {
    await start(async (update) => {
      await removeRecoveryPods(cluster, context, update);
      await cluster.apply(pod);
      await waitForStart(cluster, pod, context, update);
    });
    return await work(pod.metadata.name);
  } finally {
    await removeRecoveryPods(calm, puttingBack(context), () => undefined);
  }
}

/** Removes the pods of restores, and waits until their volumes are let go of. */
export async function removeRecoveryPods(
  cluster: Cluster,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  const labels = `${NAME_LABEL}=${RECOVERY_NAME},${MANAGED_BY.join("=")}`;
  const asked = new Set<string>();
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: update,
    probe: async () => {
      const pods = await cluster.list(POD, { labels });
      for (const pod of pods) {
        const { uid = "" } = pod.metadata;
        if (asked.has(uid)) continue;
        await cluster.remove(pod);
        asked.add(uid);
      }
      const names = pods.map(({ metadata }) => metadata.name);
      return pods.length === 0 ? ready(undefined) : notYet(`pod ${names.join(", ")} ends`);
    },
    onTimeout: (reason) =>
      new CdcError("SERVER_NOT_READY", `${reason}, and was not gone in time`, {
        hint: `kubectl delete pod -n ${cluster.namespace} -l ${labels}`,
      }),
  });
}

async function waitForStart(
  cluster: Cluster,
  pod: Manifest,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  const { name } = pod.metadata;
  const fail = (code: "ROLLOUT_FAILED" | "ROLLOUT_NOT_READY", reason: string) =>
    new CdcError(code, `the pod that works on the volumes did not start: ${reason}`, {
      hint: `correct what it says; then run the same command again. The nodes and claims: kubectl get nodes,pvc -n ${cluster.namespace}`,
    });
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: update,
    probe: async () => {
      const live = await cluster.read(pod);
      if (live === undefined) throw fail("ROLLOUT_FAILED", `pod ${name} was removed`);
      const seen = podShape.parse(live);
      const isReady = seen.status.conditions.some(
        ({ type, status }) => type === "Ready" && status === "True",
      );
      if (isReady) return ready(undefined);
      const reason = explainPod(seen, await readPodFacts(cluster));
      if (reason?.isHopeless === true || ["Failed", "Succeeded"].includes(seen.status.phase)) {
        throw fail("ROLLOUT_FAILED", reason?.text ?? `pod ${name} has ended`);
      }
      return notYet(reason?.text ?? `pod ${name} starts`);
    },
    onTimeout: (reason) => fail("ROLLOUT_NOT_READY", reason),
  });
}
