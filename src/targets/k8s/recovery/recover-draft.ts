import type { Cluster } from "../../../clients/kubernetes/cluster.js";
import { CdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { type Reached, watchRecovery } from "../../../recovery/watch-recovery.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { deadlineIn } from "../../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../../wait/wait-until.js";
import { archiveLocked, type ArchiveShell, EXIT_LOCKED } from "../../container-recovery/archive-shell.js";
import { readDraftLog } from "../../container-recovery/draft-script.js";
import { podShape } from "../rollout/shapes.js";
import { BEGIN_DRAFT } from "./draft-pod.js";
import type { RecoveryScope } from "./recovery-scope.js";
import { DRAFT_SERVER } from "./render-recovery-pod.js";

const LOOK_EVERY_MS = 300;
/** What a tool says of its failure takes some. */
const LOG_LINES = 4;
const KILL_MS = 10_000;

export interface DraftWork {
  readonly scope: RecoveryScope;
  readonly pod: string;
  readonly shell: ArchiveShell;
  readonly plan: RestorePlan;
}

/**
 * Lets the server of a draft pod recover, and ends it when it has.
 * @throws CdcError RESTORE_FAILED, LOCKED
 */
export async function recoverDraft(work: DraftWork, stage: Stage): Promise<Reached> {
  try {
    return await runDraft(work, stage);
  } catch (error) {
    // What it works on is removed next.
    await kill(work).catch(() => undefined);
    throw error;
  }
}

async function runDraft(work: DraftWork, stage: Stage): Promise<Reached> {
  const { scope, shell, plan } = work;
  const { context } = scope;
  await stage.step(`copy of backup ${plan.backup.id}`, async (update) => {
    await shell.run(BEGIN_DRAFT, [], { context });
    await waitForCopy(work, update);
    return outcome("created");
  });
  return stage.step("recovery", async (update) => {
    const reached = await watch(work, update);
    await stop(work, update);
    return outcome("updated", `to ${reached.lsn}, timeline ${reached.timeline}`, reached);
  });
}

async function waitForCopy(
  { scope: { cluster, context }, pod }: DraftWork,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: update,
    probe: async () => {
      const ended = await endOf(cluster, pod);
      const log = await logOf(cluster, pod);
      const { isExtracted, said } = readDraftLog(log);
      if (isExtracted) return ready(undefined);
      if (ended === undefined) return notYet(said ?? "the backup is being extracted");
      if (ended.exitCode === EXIT_LOCKED) throw archiveLocked(context);
      throw notCopied(log.trim() === "" ? ended.reason : log.trim().split("\n").slice(-LOG_LINES).join("; "));
    },
    onTimeout: (reason) => notCopied(`it did not end in time: ${reason}`),
  });
}

const notCopied = (reason: string): CdcError =>
  new CdcError("RESTORE_FAILED", `the backup could not be copied: ${reason}`, {
    hint: "correct what the message names, and run it again; cdc-pipeline backup list shows what there is",
  });

async function watch(
  { scope: { cluster, session, context }, pod, plan }: DraftWork,
  update: (message: string) => void,
): Promise<Reached> {
  const tunnel = await cluster.openTunnel({ kind: "Pod", name: pod, port: 5432 });
  try {
    const { adminUser, adminPassword, adminDatabase } = session.config.postgres;
    const { host, port } = tunnel;
    const logIfEnded = async () => {
      const ended = await endOf(cluster, pod);
      if (ended === undefined) return undefined;
      const log = await logOf(cluster, pod);
      return log === "" ? ended.reason : log;
    };
    const postgres = { host, port, adminUser, adminPassword, adminDatabase };
    return await watchRecovery({ postgres, logIfEnded }, plan, context, update);
  } finally {
    await tunnel.close();
  }
}

async function stop(
  { scope: { cluster, context }, pod }: DraftWork,
  update: (message: string) => void,
): Promise<void> {
  await cluster.exec({ pod, container: DRAFT_SERVER }, ["bash", "-c", "kill -TERM 1"]);
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    ...context,
    onReason: update,
    probe: async () => {
      const ended = await endOf(cluster, pod);
      if (ended === undefined) return notYet("the restored server ends");
      if (ended.exitCode === 0) return ready(undefined);
      throw notStopped(ended.reason);
    },
    onTimeout: notStopped,
  });
}

/** Everything in the container but what it was started with, which ends by itself then. */
async function kill({ scope: { calm }, pod }: DraftWork): Promise<void> {
  if ((await endOf(calm, pod)) !== undefined) return;
  await calm.exec({ pod, container: DRAFT_SERVER }, ["bash", "-c", "kill -KILL -1"]);
  await waitUntil({
    intervalMs: LOOK_EVERY_MS,
    deadline: deadlineIn(KILL_MS),
    signal: new AbortController().signal,
    probe: async () => ((await endOf(calm, pod)) === undefined ? notYet("the draft ends") : ready(undefined)),
    onTimeout: notStopped,
  });
}

const notStopped = (reason: string): CdcError =>
  new CdcError("RESTORE_FAILED", `the restored server did not end as it should: ${reason}`, {
    hint: "run it again; --verbose shows more",
  });

/** How the draft's container ended; undefined while it runs. */
async function endOf(
  cluster: Cluster,
  name: string,
): Promise<{ readonly exitCode: number; readonly reason: string } | undefined> {
  const found = await cluster.read({ apiVersion: "v1", kind: "Pod", metadata: { name } });
  if (found === undefined) return { exitCode: -1, reason: `pod ${name} was removed by somebody` };
  const { status } = podShape.parse(found);
  const draft = status.containerStatuses.find((container) => container.name === DRAFT_SERVER);
  const { terminated } = draft?.state ?? {};
  if (terminated !== undefined) {
    const { exitCode, reason } = terminated;
    return { exitCode, reason: `it ended with exit code ${exitCode}${reason === "" ? "" : ` (${reason})`}` };
  }
  if (status.phase !== "Failed") return undefined;
  return { exitCode: -1, reason: `pod ${name} failed: ${status.reason} ${status.message}`.trim() };
}

async function logOf(cluster: Cluster, pod: string): Promise<string> {
  let text = "";
  try {
    for await (const piece of cluster.log({ pod, container: DRAFT_SERVER }, {})) text += piece;
  } catch (error) {
    // There is none yet, or none any more.
    if (!(error instanceof CdcError) || error.code !== "OBJECT_REFUSED") throw error;
  }
  return text;
}
