import { type ArchiveFacts, segmentBytesOf } from "./archive-facts.js";
import { type Backups, readBackups } from "./backups.js";
import { reachOn } from "./reach.js";
import { timelinesOf } from "./timelines.js";
import { parseSegment, segmentOf } from "./wal-segment.js";

/** Which backups to keep: a number of them, or those that are not older; both hold where both are given. */
export interface Retention {
  readonly keep?: number | undefined;
  readonly olderThanMs?: number | undefined;
}

/** What may be removed: ids of backups, names of WAL files. */
export interface PrunePlan {
  readonly backups: readonly string[];
  readonly kept: readonly string[];
  readonly wal: readonly string[];
  readonly freedBytes: number;
}

/**
 * What a retention lets go of. The newest backup that can be restored stays, whatever is asked; so does the newest
 * one that leads to the newest timeline, and the WAL that a kept backup needs. Where no backup is, no WAL goes.
 */
export function planPrune(facts: ArchiveFacts, retention: Retention, nowMs: number): PrunePlan {
  const { usable, unusable } = readBackups(facts);
  const going = new Set(backupsToRemove({ usable, unusable }, retention, nowMs));
  // After a restore, newer backups lie on the timeline that was left: the server that runs now has nothing of them.
  const newestOnWay = reachOn(facts, timelinesOf(facts).at(-1) ?? 1).at(-1)?.backup;
  if (newestOnWay !== undefined) going.delete(newestOnWay.id);
  const kept = usable.filter(({ id }) => !going.has(id));
  const segmentBytes = segmentBytesOf(facts);
  const needed = kept.map(({ startLsn }) => segmentOf(startLsn, segmentBytes));
  const oldest = Math.min(...needed);
  const wal = facts.wal.filter(({ name }) => {
    // A part of a segment and the record of a backup begin with the segment's name.
    const segment = parseSegment(name.slice(0, 24), segmentBytes);
    return needed.length > 0 && segment !== undefined && segment.number < oldest;
  });
  const removed = facts.backups.filter(({ id }) => going.has(id));
  const freedBytes = [...wal, ...removed].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    backups: removed.map(({ id }) => id),
    kept: kept.map(({ id }) => id),
    wal: wal.map(({ name }) => name),
    freedBytes,
  };
}

function backupsToRemove({ usable, unusable }: Backups, { keep, olderThanMs }: Retention, nowMs: number) {
  const candidates = usable.slice(0, -1).filter(({ stoppedAtMs }, index) => {
    const isSurplus = keep === undefined || usable.length - index > keep;
    const isOld = olderThanMs === undefined || nowMs - stoppedAtMs > olderThanMs;
    return isSurplus && isOld;
  });
  // What cannot be restored is of no use, once there is one that can.
  return [...candidates, ...(usable.length > 0 ? unusable : [])].map(({ id }) => id);
}
