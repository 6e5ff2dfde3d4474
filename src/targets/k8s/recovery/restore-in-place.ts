import { toCdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import type { Reached } from "../../../recovery/watch-recovery.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { dropDraft, keptAsideIn, stampOf, swapBack, swapData } from "../../container-recovery/swap-data.js";
import type { Restored } from "../../recovery.js";
import { POSTGRES } from "../manifest.js";
import { renderDraftPod } from "./draft-pod.js";
import { createPodShell } from "./pod-shell.js";
import { recoverDraft } from "./recover-draft.js";
import { endsAfterSeconds, type RecoveryScope } from "./recovery-scope.js";
import { ARCHIVE_CLAIM, DATA_CLAIM, POD, type RecoverySource } from "./recovery-source.js";
import { DATA_ROOT, RECOVERY_NAME, renderRecoveryPod, SHELL } from "./render-recovery-pod.js";
import { requireStopped, RESTORING, startServer, stopServer } from "./scale-server.js";
import { startIn, withRecoveryPod } from "./with-recovery-pod.js";

interface Recovered {
  readonly reached: Reached;
  readonly isKept: boolean;
}

/**
 * Restores over the server itself. It is stopped first, so that all of its WAL is archived and nobody writes
 * what would be lost; its data stays where it is until the restored one has recovered.
 */
export async function restoreInPlace(
  scope: RecoveryScope,
  source: RecoverySource,
  plan: RestorePlan,
  stage: Stage,
): Promise<Restored> {
  const { cluster, calm, context, session } = scope;
  const stamp = stampOf(new Date());
  const wasToRun = isToRun(source, scope);
  const moved = { is: false };
  try {
    await stage.step("PostgreSQL stops", async (update) => {
      await stopServer(cluster, stamp, context, update);
      return outcome("stopped", `pod ${POD}`);
    });
    const { reached, isKept } = await recover(scope, source, plan, stage, stamp, moved);
    await stage.step("PostgreSQL starts", async (update) => {
      await startServer(cluster, context, update);
      return outcome("started", `StatefulSet ${POSTGRES}`);
    });
    const { adminUser, adminPassword, adminDatabase } = session.config.postgres;
    const host = `${POSTGRES}.${cluster.namespace}.svc.cluster.local`;
    const kept = keptAsideIn(DATA_ROOT, stamp);
    return {
      postgres: { host, port: 5432, adminUser, adminPassword, adminDatabase },
      reached,
      instance: POSTGRES,
      ...(isKept ? { keptAside: `${kept} in volume ${DATA_CLAIM}` } : {}),
      next: isKept ? [`The data from before is kept: ${session.kubectl} exec ${POD} -- rm -r ${kept}`] : [],
    };
  } catch (error) {
    const calmContext = puttingBack(context);
    try {
      if (moved.is) await moveBack(scope, source, stamp);
      if (wasToRun) await startServer(calm, calmContext, () => undefined);
    } catch (failure) {
      const message = `PostgreSQL could not be put back: ${toCdcError(failure).message}; cdc-pipeline deploy starts it`;
      context.report({ type: "notice", message });
    }
    throw error;
  }
}

/** Also where a restore that was killed has stopped it. */
function isToRun({ statefulSet }: RecoverySource, { context }: RecoveryScope): boolean {
  const { replicas = 1 } = statefulSet.spec as { readonly replicas?: number };
  const since = statefulSet.metadata.annotations?.[RESTORING];
  if (since !== undefined && replicas === 0) {
    const message = `a restore that began at ${since} was not finished and had stopped the server; what it left half-done is removed`;
    context.report({ type: "notice", message });
    return true;
  }
  return replicas > 0;
}

async function recover(
  scope: RecoveryScope,
  source: RecoverySource,
  plan: RestorePlan,
  stage: Stage,
  stamp: string,
  moved: { is: boolean },
): Promise<Recovered> {
  const { cluster, calm, context } = scope;
  const seconds = endsAfterSeconds(scope);
  const pod = renderDraftPod({
    statefulSet: source.statefulSet,
    hasPod: false,
    plan,
    claims: undefined,
    context,
    endsAfterSeconds: seconds,
  });
  return withRecoveryPod(scope, pod, startIn(stage, pod), async (name) => {
    const folders = { shell: createPodShell(cluster, name, SHELL), root: DATA_ROOT };
    try {
      // What a restore that was killed has left.
      await dropDraft(folders, context);
      const reached = await recoverDraft({ scope, pod: name, shell: folders.shell, plan }, stage);
      await requireStopped(cluster);
      moved.is = true;
      return { reached, isKept: await swapData(folders, stamp, context) };
    } catch (error) {
      const calmFolders = { ...folders, shell: createPodShell(calm, name, SHELL) };
      await swapBack(calmFolders, stamp, puttingBack(context)).catch(() => undefined);
      throw error;
    }
  });
}

/** The restored server does not start: the one from before gets its place again. */
async function moveBack(scope: RecoveryScope, source: RecoverySource, stamp: string): Promise<void> {
  const { calm, context } = scope;
  const calmContext = puttingBack(context);
  await stopServer(calm, stamp, calmContext, () => undefined);
  const pod = renderRecoveryPod(source.statefulSet, {
    name: RECOVERY_NAME,
    claims: { data: DATA_CLAIM, "wal-archive": ARCHIVE_CLAIM },
    besideServer: false,
    endsAfterSeconds: endsAfterSeconds(scope),
  });
  const calmScope = { ...scope, cluster: calm, context: calmContext };
  await withRecoveryPod(calmScope, pod, startIn(undefined, pod), (name) =>
    swapBack({ shell: createPodShell(calm, name, SHELL), root: DATA_ROOT }, stamp, calmContext),
  );
}
