import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import { type KubeObject, titleOf } from "../../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { stampOf, swapData } from "../../container-recovery/swap-data.js";
import type { Restored } from "../../recovery.js";
import { NAME_LABEL } from "../manifest.js";
import { isOurs } from "../plan-object.js";
import { waitForRollout } from "../wait-for-rollout.js";
import { waitUntilGone } from "../wait-until-gone.js";
import { renderDraftPod } from "./draft-pod.js";
import { createPodShell } from "./pod-shell.js";
import { recoverDraft } from "./recover-draft.js";
import { endsAfterSeconds, type RecoveryScope } from "./recovery-scope.js";
import type { RecoverySource } from "./recovery-source.js";
import { DRAFT, type Instance, instanceReferences, renderInstance } from "./render-instance.js";
import { DATA_ROOT, SHELL } from "./render-recovery-pod.js";
import { startIn, withRecoveryPod } from "./with-recovery-pod.js";

const KINDS = "statefulset,service,configmap,secret,pvc";

/** @throws CdcError KUBERNETES_NOT_OURS where the name is taken, and not by a restore that was killed */
export async function requireFreshName(cluster: Cluster, instance: Instance): Promise<readonly KubeObject[]> {
  const read = await Promise.all(instanceReferences(instance).map((object) => cluster.read(object)));
  const found = read.filter((object) => object !== undefined);
  const isLeft =
    found.every(isOurs) && found.some(({ metadata }) => metadata.annotations?.[DRAFT] !== undefined);
  if (found.length === 0 || isLeft) return found;
  throw new CdcError(
    "KUBERNETES_NOT_OURS",
    `in namespace ${cluster.namespace} there is already ${found.map(titleOf).join(", ")}, and a restore makes an instance of its own`,
    {
      hint: "leave out --into, or name what does not exist: --into NAME; to restore over the server itself: --in-place",
    },
  );
}

/** Restores into a StatefulSet of its own, with volumes and services of its own. The server goes on as it was. */
export async function restoreNew(
  scope: RecoveryScope,
  source: RecoverySource,
  name: string,
  plan: RestorePlan,
  stage: Stage,
): Promise<Restored> {
  const { cluster, context, session } = scope;
  const instance = renderInstance(source, name);
  const left = await requireFreshName(cluster, instance);
  try {
    await stage.step(`volumes of ${name}`, async (update) => {
      await removeInstance(cluster, left, scope, update);
      // With the claims first: they tell that it is not finished.
      for (const object of [...instance.claims, ...instance.objects]) await cluster.apply(object);
      return outcome("created", instance.claims.map(({ metadata }) => metadata.name).join(", "));
    });
    const reached = await recover(scope, source, instance, plan, stage);
    await stage.step(`StatefulSet ${name}`, async (update) => {
      await cluster.apply(instance.statefulSet);
      await waitForRollout(cluster, instance.statefulSet, { ...context, onReason: update });
      for (const claim of instance.claims) {
        await cluster.merge(claim, { metadata: { annotations: { [DRAFT]: null } } });
      }
      return outcome("started");
    });
    const { adminUser, adminPassword, adminDatabase } = session.config.postgres;
    const { kubectl } = session;
    return {
      postgres: {
        host: `${name}.${cluster.namespace}.svc.cluster.local`,
        port: 5432,
        adminUser,
        adminPassword,
        adminDatabase,
      },
      reached,
      instance: name,
      next: [
        `From here: ${kubectl} exec -it ${name}-0 -- psql -U ${adminUser} -d ${adminDatabase}, or ${kubectl} port-forward service/${name} 5432`,
        `It archives into a volume of its own, and has no base backup there. To remove it with its data: ${kubectl} delete ${KINDS} -l ${NAME_LABEL}=${name}`,
      ],
    };
  } catch (error) {
    const calm = puttingBack(context);
    const there = await Promise.all(instanceReferences(instance).map((object) => scope.calm.read(object)));
    const ours = there.filter((object) => object !== undefined).filter(isOurs);
    await removeInstance(scope.calm, ours, { context: calm }, () => undefined);
    throw error;
  }
}

async function recover(
  scope: RecoveryScope,
  source: RecoverySource,
  { claims: [data, archive], statefulSet }: Instance,
  plan: RestorePlan,
  stage: Stage,
) {
  const { cluster, context } = scope;
  const claims = { data: data.metadata.name, archive: archive.metadata.name };
  const pod = renderDraftPod({
    statefulSet,
    hasPod: source.hasPod,
    plan,
    claims,
    context,
    endsAfterSeconds: endsAfterSeconds(scope),
  });
  return withRecoveryPod(scope, pod, startIn(stage, pod), async (name) => {
    const shell = createPodShell(cluster, name, SHELL);
    const reached = await recoverDraft({ scope, pod: name, shell, plan }, stage);
    await swapData({ shell, root: DATA_ROOT }, stampOf(new Date()), context);
    return reached;
  });
}

async function removeInstance(
  cluster: Cluster,
  objects: readonly KubeObject[],
  { context }: Pick<RecoveryScope, "context">,
  update: (message: string) => void,
): Promise<void> {
  for (const object of objects) {
    const { uid } = object.metadata;
    await cluster.remove(object, uid === undefined ? {} : { uid, propagation: "Foreground" });
  }
  await waitUntilGone(cluster, objects, context, update);
}
