import { CdcError } from "../errors.js";
import { formatLsn } from "../lsn.js";
import { type ArchiveFacts, segmentBytesOf } from "./archive-facts.js";
import { type Backup, earliestMsOf, readBackups } from "./backups.js";
import { formatTime } from "./format-time.js";
import { type Reach, reachOn, type RestoreWindow, restoreWindows } from "./reach.js";
import type { RestoreTarget } from "./restore-target.js";
import { timelinesOf } from "./timelines.js";

export interface RestoreRequest {
  readonly target: RestoreTarget;
  /** Another timeline than the newest, to come back behind an earlier restore. */
  readonly timeline?: number | undefined;
  /** The timeline of the server that runs: unless another is asked for, the way back begins with it. */
  readonly currentTimeline?: number | undefined;
  /** Of the server that will read the data. */
  readonly postgresMajor: number;
}

export interface RestorePlan {
  readonly target: RestoreTarget;
  readonly timeline: number;
  readonly backup: Backup;
  /** Up to where WAL is archived without a gap, and where the last segment of it begins. */
  readonly endLsn: bigint;
  readonly lastSegmentLsn: bigint;
}

/**
 * Chooses the newest backup from which the target can be reached.
 * @throws CdcError BACKUP_MISSING, BACKUP_UNUSABLE, RESTORE_OUT_OF_REACH with what can be restored
 */
export function planRestore(facts: ArchiveFacts, request: RestoreRequest): RestorePlan {
  const { target, postgresMajor } = request;
  requireBackups(facts);
  const timeline = chooseTimeline(facts, request);
  const reaches = reachOn(facts, timeline).reverse();
  const reach = reaches.find((one) => leadsTo(one, target));
  if (reach === undefined) throw outOfReach(facts, timeline, reaches, target);
  const { backup, endLsn } = reach;
  if (backup.postgresMajor !== postgresMajor) {
    throw new CdcError(
      "BACKUP_UNUSABLE",
      `backup ${backup.id} is of PostgreSQL ${backup.postgresMajor}, and this is PostgreSQL ${postgresMajor}`,
      { hint: "restore it with the version that it was taken with" },
    );
  }
  return { target, timeline, backup, endLsn, lastSegmentLsn: endLsn - BigInt(segmentBytesOf(facts)) };
}

/** @throws CdcError BACKUP_MISSING, BACKUP_UNUSABLE */
export function requireBackups(facts: ArchiveFacts): void {
  const { usable, unusable } = readBackups(facts);
  if (usable.length > 0) return;
  const [first] = unusable;
  if (first !== undefined) {
    throw new CdcError("BACKUP_UNUSABLE", `backup ${first.id} cannot be restored: ${first.problem}`, {
      hint: "cdc-pipeline backup takes a new one",
    });
  }
  throw new CdcError("BACKUP_MISSING", "there is no base backup to restore from", {
    hint: "cdc-pipeline backup takes one; from its end on, any point can be restored",
  });
}

/** The newest one may be what a restore began that failed later on: the running server knows better. */
function chooseTimeline(
  facts: ArchiveFacts,
  { timeline: wanted, currentTimeline }: Pick<RestoreRequest, "timeline" | "currentTimeline">,
): number {
  const known = timelinesOf(facts);
  const timeline = wanted ?? known.find((one) => one === currentTimeline) ?? known.at(-1);
  if (timeline !== undefined && known.includes(timeline)) return timeline;
  throw new CdcError("RESTORE_OUT_OF_REACH", `the archive has no timeline ${String(timeline)}`, {
    hint: `it has: ${known.join(", ")}`,
  });
}

function leadsTo({ backup, endLsn, endMs, missing }: Reach, target: RestoreTarget): boolean {
  if (target.kind === "latest") return missing === undefined;
  if (target.kind === "lsn") return backup.stopLsn <= target.lsn && target.lsn <= endLsn;
  return earliestMsOf(backup) <= target.ms && target.ms <= endMs;
}

function outOfReach(
  facts: ArchiveFacts,
  timeline: number,
  reaches: readonly Reach[],
  target: RestoreTarget,
): CdcError {
  const what = target.kind === "latest" ? "the latest change" : target.text;
  const windows = restoreWindows(facts);
  const missing = reaches.find((reach) => reach.missing !== undefined)?.missing;
  const why = missing === undefined ? "" : `: WAL file ${missing} is missing in the archive`;
  return new CdcError(
    "RESTORE_OUT_OF_REACH",
    `${what} cannot be restored on timeline ${timeline}${why}; what can be restored is ${describeWindows(windows)}`,
    {
      hint: "choose --to from what can be restored; cdc-pipeline backup list shows it too",
      details: { windows: windows.map(windowDocument) },
    },
  );
}

function describeWindows(windows: readonly RestoreWindow[]): string {
  return windows.length === 0 ? "nothing" : windows.map(describeWindow).join(", and ");
}

/** A window in words, for messages. */
export function describeWindow({ timeline, fromMs, toMs, fromLsn, toLsn }: RestoreWindow): string {
  const times = `from ${formatTime(fromMs)} to ${formatTime(toMs)}`;
  return `${times} (${formatLsn(fromLsn)} to ${formatLsn(toLsn)}, timeline ${timeline})`;
}

/** A window for other programs: times and positions as `restore --to` takes them. */
export const windowDocument = ({ timeline, fromMs, toMs, fromLsn, toLsn }: RestoreWindow) => ({
  timeline,
  from: formatTime(fromMs),
  to: formatTime(toMs),
  fromLsn: formatLsn(fromLsn),
  toLsn: formatLsn(toLsn),
});
