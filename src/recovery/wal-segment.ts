/** WAL is cut into files of this size, unless `initdb --wal-segsize` said otherwise. */
export const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024;

const WAL_FILE_BYTES = 0x1_0000_0000;

/** One file of WAL: `number` counts them from the beginning of the WAL, whatever the timeline. */
export interface WalSegment {
  readonly timeline: number;
  readonly number: number;
}

/** Undefined for a name that is not a whole segment's: a history file, a part, a draft. */
export function parseSegment(name: string, segmentBytes: number): WalSegment | undefined {
  const [, timeline, high, low] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  if (timeline === undefined || high === undefined || low === undefined) return undefined;
  const perFile = WAL_FILE_BYTES / segmentBytes;
  return { timeline: parseInt(timeline, 16), number: parseInt(high, 16) * perFile + parseInt(low, 16) };
}

export function segmentName({ timeline, number }: WalSegment, segmentBytes: number): string {
  const perFile = WAL_FILE_BYTES / segmentBytes;
  return [timeline, Math.floor(number / perFile), number % perFile].map(toHex).join("");
}

/** The number of the segment that holds the byte at `lsn`. */
export const segmentOf = (lsn: bigint, segmentBytes: number): number => Number(lsn / BigInt(segmentBytes));

/** The first LSN of a segment. */
export const startOf = (number: number, segmentBytes: number): bigint =>
  BigInt(number) * BigInt(segmentBytes);

export const timelineFile = (timeline: number): string => `${toHex(timeline)}.history`;

const toHex = (number: number): string => number.toString(16).toUpperCase().padStart(8, "0");
