import { formatCount, formatElapsed } from "../format.js";
import type { ArchiveHealth } from "../recovery/archive-health.js";

/** Whether WAL is archived, as rows of a table: a file, and what became of it. */
export function describeArchive(archive: ArchiveHealth): string[][] {
  const { isOn, isFailing, failedCount, lastArchivedWal, lastArchivedAgeMs } = archive;
  if (!isOn) return [["off: no WAL is archived, so only backups that are there can be restored"]];
  const archived =
    lastArchivedWal === null
      ? ["nothing archived yet"]
      : [lastArchivedWal, `archived ${ago(lastArchivedAgeMs)}, the last one`];
  if (failedCount === 0) return [archived];
  const times = `${formatCount(failedCount)} failures, the last ${ago(archive.lastFailedAgeMs)}`;
  return [
    archived,
    [archive.lastFailedWal ?? "", isFailing ? `cannot be archived: ${times}` : `${times}; archived since`],
  ];
}

const ago = (ageMs: number | null): string => `${formatElapsed(ageMs ?? 0)} ago`;
