import { type ArchiveFacts, type BackupFolder, segmentBytesOf } from "./archive-facts.js";
import { type BackupHistory, parseBackupHistory } from "./backup-history.js";
import { segmentName, segmentOf } from "./wal-segment.js";

/** A base backup that can be restored. */
export interface Backup extends BackupFolder, BackupHistory {
  /** The first and the last WAL segment that it needs to be consistent. */
  readonly firstSegment: string;
  readonly lastSegment: string;
}

export interface UnusableBackup extends BackupFolder {
  readonly problem: string;
}

export interface Backups {
  /** The oldest first. */
  readonly usable: readonly Backup[];
  readonly unusable: readonly UnusableBackup[];
}

/** A backup's end is written in whole seconds; from this much later on it is surely over. */
const CLOCK_STEP_MS = 1_000;

/** The earliest time that a backup can be restored to, in milliseconds since 1970. */
export const earliestMsOf = ({ stoppedAtMs }: Backup): number => stoppedAtMs + CLOCK_STEP_MS;

/** The backups of an archive, with what PostgreSQL wrote of each, and whether their own WAL is there. */
export function readBackups(facts: ArchiveFacts): Backups {
  const segmentBytes = segmentBytesOf(facts);
  const archived = new Set(facts.wal.map(({ name }) => name));
  const histories = new Map<string, BackupHistory>();
  for (const [name, text] of facts.texts) {
    const history = name.endsWith(".backup") ? parseBackupHistory(text) : undefined;
    if (history !== undefined) histories.set(history.label, history);
  }
  const usable: Backup[] = [];
  const unusable: UnusableBackup[] = [];
  for (const folder of facts.backups) {
    const history = histories.get(folder.id);
    if (history === undefined) {
      unusable.push({ ...folder, problem: "the archive has no record of its end" });
      continue;
    }
    const names = segmentsOf(history, segmentBytes);
    const missing = names.find((name) => !archived.has(name));
    if (missing !== undefined) unusable.push({ ...folder, problem: `WAL file ${missing} is not archived` });
    else {
      const [firstSegment = "", lastSegment = firstSegment] = [names[0], names.at(-1)];
      usable.push({ ...history, ...folder, firstSegment, lastSegment });
    }
  }
  usable.sort((one, other) => one.stoppedAtMs - other.stoppedAtMs || compare(one.stopLsn, other.stopLsn));
  return { usable, unusable };
}

function segmentsOf({ timeline, startLsn, stopLsn }: BackupHistory, segmentBytes: number): string[] {
  const first = segmentOf(startLsn, segmentBytes);
  // A backup that ends where a segment ends needs nothing of the next one.
  const last = segmentOf(stopLsn - 1n, segmentBytes);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    segmentName({ timeline, number: first + index }, segmentBytes),
  );
}

const compare = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);
