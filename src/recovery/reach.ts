import { type ArchivedFile, type ArchiveFacts, segmentBytesOf } from "./archive-facts.js";
import { type Backup, earliestMsOf, readBackups } from "./backups.js";
import { type TimelinePart, timelinePath, timelinesOf } from "./timelines.js";
import { parseSegment, segmentName, segmentOf, startOf } from "./wal-segment.js";

/** How far the archived WAL leads from a backup on, without a gap. */
export interface Reach {
  readonly backup: Backup;
  readonly endLsn: bigint;
  /** When the last segment was archived: what was committed later is not in it. Milliseconds since 1970. */
  readonly endMs: number;
  /** The first segment that is missing, where later ones are there. */
  readonly missing?: string;
}

/** What can be restored: any point from the earliest to the last. */
export interface RestoreWindow {
  readonly timeline: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly fromLsn: bigint;
  readonly toLsn: bigint;
}

/** How far each backup reaches that lies on the way to a timeline, the oldest first. */
export function reachOn(facts: ArchiveFacts, timeline: number): Reach[] {
  const path = timelinePath(facts, timeline);
  const files = new Map(facts.wal.map((file) => [file.name, file]));
  return readBackups(facts)
    .usable.filter((backup) => isOnPath(backup, path))
    .flatMap((backup) => reachOf(backup, path, files, segmentBytesOf(facts)) ?? []);
}

/** The stretches that can be restored, by timeline; backups that reach equally far are one stretch. */
export function restoreWindows(facts: ArchiveFacts): RestoreWindow[] {
  return timelinesOf(facts).flatMap((timeline) => {
    const windows = new Map<bigint, RestoreWindow>();
    for (const { backup, endLsn, endMs } of reachOn(facts, timeline)) {
      if (windows.has(endLsn)) continue;
      const toMs = Math.max(endMs, earliestMsOf(backup));
      const from = { fromMs: earliestMsOf(backup), fromLsn: backup.stopLsn };
      windows.set(endLsn, { timeline, ...from, toMs, toLsn: endLsn });
    }
    return [...windows.values()];
  });
}

function isOnPath({ timeline, stopLsn }: Backup, path: readonly TimelinePart[]): boolean {
  const part = path.find((one) => one.timeline === timeline);
  return part !== undefined && (part.endLsn === undefined || stopLsn <= part.endLsn);
}

function reachOf(
  backup: Backup,
  path: readonly TimelinePart[],
  files: ReadonlyMap<string, ArchivedFile>,
  segmentBytes: number,
): Reach | undefined {
  const nameOf = (number: number) =>
    segmentName({ timeline: timelineAt(number, path, segmentBytes), number }, segmentBytes);
  let number = segmentOf(backup.startLsn, segmentBytes);
  let last: ArchivedFile | undefined;
  for (let file = files.get(nameOf(number)); file !== undefined; file = files.get(nameOf(number))) {
    last = file;
    number += 1;
  }
  if (last === undefined) return undefined;
  const isLater = ({ name }: ArchivedFile) => {
    const segment = parseSegment(name, segmentBytes);
    return segment !== undefined && segment.number > number && nameOf(segment.number) === name;
  };
  const hasGap = [...files.values()].some(isLater);
  return {
    backup,
    endLsn: startOf(number, segmentBytes),
    endMs: last.archivedAtMs,
    ...(hasGap ? { missing: nameOf(number) } : {}),
  };
}

/** A timeline begins with a copy of the segment in which it leaves its parent. */
function timelineAt(number: number, path: readonly TimelinePart[], segmentBytes: number): number {
  const part = path.find(({ endLsn }) => endLsn === undefined || number < segmentOf(endLsn, segmentBytes));
  return (part ?? path.at(-1))?.timeline ?? 1;
}
