import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { titleOf } from "../../clients/kubernetes/kube-object.js";
import type { Context } from "../../context.js";
import { outcome, type Stage, type StepOutcome } from "../../run-stage.js";
import type { Deployment } from "../target.js";
import { findDeployment } from "./k8s-deployment.js";
import type { K8sSession } from "./k8s-session.js";
import { CREDENTIALS, EXTERNAL_SERVICE } from "./manifest.js";
import type { ObjectPlan } from "./plan-object.js";
import { type PlannedServers, planServers } from "./plan-servers.js";
import { waitForRollout } from "./wait-for-rollout.js";
import type { ServerObjects } from "./wanted-servers.js";

/** Applies what differs from the manifests, waits until all of it runs, and finds the ways to it. */
export async function k8sUp(session: K8sSession, stage: Stage, context: Context): Promise<Deployment> {
  const { cluster } = session;
  const { choice, servers, plans } = await stage.step(`cluster ${cluster.context}`, async () => {
    // All is planned before anything is written: what is refused is refused whole.
    const planned = await planServers(session, context);
    const settled = await settleCredentials(planned, cluster);
    // Of two runs at once, one makes the passwords, and the other takes them.
    const final = settled ? planned : await planServers(session, context);
    return outcome("unchanged", `namespace ${cluster.namespace}`, final);
  });
  const failure = new AbortController();
  const joint = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const results = await Promise.allSettled(
    servers.map(async (server) => {
      try {
        await stage.step(server.title, (update) => bringUp(session, server, plans, joint, update));
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  if (results.some(({ status }) => status === "rejected")) throw failure.signal.reason;
  return stage.step("ways in", async () => {
    const isNew = plans.some(
      ({ manifest, status }) => manifest.metadata.name === EXTERNAL_SERVICE && status === "created",
    );
    const deployment = await findDeployment(session, choice, context, { waitsForAddress: isNew });
    return outcome("unchanged", deployment.way, deployment);
  });
}

async function bringUp(
  { cluster }: K8sSession,
  { workload, objects }: ServerObjects,
  plans: readonly ObjectPlan[],
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const own = plans.filter(({ manifest }) =>
    objects.some(({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name),
  );
  const changed = own.filter(({ status }) => status !== "unchanged");
  // What a pod mounts is there before the pod.
  for (const isWorkload of [false, true]) {
    const part = changed.filter(({ manifest }) => (manifest.kind === workload.kind) === isWorkload);
    await Promise.all(part.map(({ manifest }) => cluster.apply(manifest, { force: true })));
  }
  await waitForRollout(cluster, workload, { ...context, onReason: update });
  const isNew = own.some(({ manifest, status }) => manifest.kind === workload.kind && status === "created");
  if (isNew || changed.length === 0) return outcome(isNew ? "started" : "unchanged", titleOf(workload));
  return outcome("updated", changed.map(({ manifest }) => titleOf(manifest)).join(", "));
}

/**
 * Makes the Secret where there is none: an apply would replace the passwords of a run that was a moment earlier, and
 * with which the database may be made already.
 * @returns whether the plan holds
 */
async function settleCredentials({ plans }: PlannedServers, cluster: Cluster): Promise<boolean> {
  const secret = plans.find(
    ({ manifest, status }) => manifest.metadata.name === CREDENTIALS && status === "created",
  );
  return secret === undefined || (await cluster.create(secret.manifest)) !== undefined;
}
