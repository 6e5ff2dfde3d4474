import type { PostgresEndpoint } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { outcome, type Stage } from "../run-stage.js";
import type { Recovery, RestorePlace } from "../targets/recovery.js";
import { closeSegment } from "./close-segment.js";
import { currentTimeline } from "./current-timeline.js";
import { formatTime } from "./format-time.js";
import { planRestore, requireBackups, type RestorePlan } from "./plan-restore.js";
import type { RestoreTarget } from "./restore-target.js";

export interface RestoreOptions {
  readonly target: RestoreTarget;
  readonly place: RestorePlace;
  readonly timeline?: number | undefined;
}

/**
 * Finds the backup and the WAL that lead to the target; whatever does not fit is refused here. Of the server
 * only its current WAL file is closed, so that all that was written can be restored.
 * @throws CdcError BACKUP_MISSING, BACKUP_UNUSABLE, RESTORE_OUT_OF_REACH, and what the place is refused with
 */
export async function prepareRestore(
  recovery: Recovery,
  { target, place, timeline }: RestoreOptions,
  stage: Stage,
  context: Context,
): Promise<RestorePlan> {
  await recovery.checkPlace(place, context);
  requireBackups(await recovery.readArchive(context));
  const postgres = await recovery.findPostgres(context);
  await stage.step("WAL up to now", (update) => archiveUpToNow(postgres, context, update));
  const current = postgres === undefined ? undefined : await currentTimeline(postgres);
  return stage.step("backup to begin from", async () => {
    const facts = await recovery.readArchive(context);
    const { postgresMajor } = recovery;
    const plan = planRestore(facts, { target, timeline, currentTimeline: current, postgresMajor });
    const { id, stoppedAtMs } = plan.backup;
    return outcome("unchanged", `${id}, ended ${formatTime(stoppedAtMs)}`, plan);
  });
}

/** A server that is down has archived what it could; one that cannot archive may have archived enough. */
async function archiveUpToNow(
  postgres: PostgresEndpoint | undefined,
  context: Context,
  update: (message: string) => void,
) {
  if (postgres === undefined) return outcome("unchanged", "PostgreSQL does not run");
  try {
    const file = await closeSegment(postgres, context, update);
    return outcome("updated", `${file} is archived`);
  } catch (error) {
    if (!(error instanceof CdcError) || error.code !== "WAL_NOT_ARCHIVED") throw error;
    context.report({ type: "notice", message: `${error.message}; what is archived so far has to do` });
    return outcome("unchanged", "cannot be archived");
  }
}
