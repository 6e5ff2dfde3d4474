import type { ArchiveFacts } from "../../src/recovery/archive-facts.js";
import { DEFAULT_SEGMENT_BYTES, segmentName, timelineFile } from "../../src/recovery/wal-segment.js";

/** Time 0 of the archives that tests make up. */
export const BEGIN_MS = Date.parse("2026-11-23T10:00:00Z");

interface MadeUpBackup {
  readonly id: string;
  readonly timeline?: number;
  /** The segments that it begins and ends in. */
  readonly segments: readonly [first: number, last: number];
  /** When it ended, in seconds after the begin. */
  readonly endedAtS: number;
  readonly major?: number;
  /** Whether PostgreSQL's record of its end is in the archive. */
  readonly isRecorded?: false;
}

interface MadeUpArchive {
  readonly backups?: readonly MadeUpBackup[];
  /** Segments by timeline; the segment `n` was archived `n` minutes after the begin. */
  readonly wal: Readonly<Record<number, readonly number[]>>;
  /** By timeline: the one that it left, and where. */
  readonly histories?: Readonly<Record<number, string>>;
}

export const segment = (number: number, timeline = 1): string =>
  segmentName({ timeline, number }, DEFAULT_SEGMENT_BYTES);

/** An archive that nobody wrote: names, sizes and texts as PostgreSQL makes them. */
export function madeUpArchive({ backups = [], wal, histories = {} }: MadeUpArchive): ArchiveFacts {
  const recorded = backups.filter(({ isRecorded }) => isRecorded !== false);
  const records = recorded.map((backup) => [recordName(backup), recordOf(backup)] as const);
  const ways = Object.entries(histories).map(
    ([timeline, text]) => [timelineFile(Number(timeline)), text] as const,
  );
  const segments = Object.entries(wal).flatMap(([timeline, numbers]) =>
    numbers.map((number) => ({
      name: segment(number, Number(timeline)),
      sizeBytes: DEFAULT_SEGMENT_BYTES,
      archivedAtMs: BEGIN_MS + number * 60_000,
    })),
  );
  const small = [...records, ...ways].map(([name, text]) => ({
    name,
    sizeBytes: text.length,
    archivedAtMs: BEGIN_MS,
  }));
  return {
    wal: [...segments, ...small].sort((one, other) => (one.name < other.name ? -1 : 1)),
    backups: backups.map(({ id, major = 15 }) => ({ id, sizeBytes: 1_000, postgresMajor: major })),
    texts: new Map([...records, ...ways]),
  };
}

const recordName = ({ segments: [first], timeline }: MadeUpBackup): string =>
  `${segment(first, timeline)}.00000028.backup`;

function recordOf({ id, timeline = 1, segments: [first, last], endedAtS }: MadeUpBackup): string {
  const lsn = (number: number, offset: string) => `0/${number.toString(16).toUpperCase()}${offset}`;
  const time = (seconds: number) =>
    `${new Date(BEGIN_MS + seconds * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return `START WAL LOCATION: ${lsn(first, "000028")} (file ${segment(first, timeline)})
STOP WAL LOCATION: ${lsn(last, "000138")} (file ${segment(last, timeline)})
CHECKPOINT LOCATION: ${lsn(first, "000060")}
BACKUP METHOD: streamed
BACKUP FROM: primary
START TIME: ${time(endedAtS - 5)}
LABEL: ${id}
START TIMELINE: ${timeline}
STOP TIME: ${time(endedAtS)}
STOP TIMELINE: ${timeline}
`;
}
