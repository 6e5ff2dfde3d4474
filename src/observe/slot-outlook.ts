/** What was kept for a slot at one time. */
export interface SlotSample {
  readonly atMs: number;
  readonly retainedBytes: number;
  readonly active: boolean;
}

const MS = 1_000;
/** A reader confirms now and then, and what is kept falls each time: less than this does not tell where it is heading. */
const READ_FOR_MS = 120_000;

/**
 * How fast what is kept for a slot grows: between the least of the first half of the looks and the least of the
 * second, so that the saw's teeth of a reader that confirms now and then are not taken for growth.
 * @returns bytes per second; null where the looks do not tell yet
 */
export function growthOf(samples: readonly SlotSample[]): number | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return null;
  const isRead = samples.some(({ active }) => active);
  if (isRead && last.atMs - first.atMs < READ_FOR_MS) return null;
  const half = Math.floor(samples.length / 2);
  const before = least(samples.slice(0, half));
  const after = least(samples.slice(half));
  if (before === undefined || after === undefined || after.atMs <= before.atMs) return null;
  return ((after.retainedBytes - before.retainedBytes) / (after.atMs - before.atMs)) * MS;
}

/** The last of those that kept the least. */
const least = (samples: readonly SlotSample[]): SlotSample | undefined =>
  samples.reduce<SlotSample | undefined>(
    (found, sample) => (found === undefined || sample.retainedBytes <= found.retainedBytes ? sample : found),
    undefined,
  );

/** Further ahead, a small growth in a few looks foretells nothing. */
const FORESEEN_MS = 90 * 24 * 3_600_000;

/**
 * When it ends, as it grows now: it is lost at its limit, or the disk is full, whichever comes first; null where it
 * does not grow, or so slowly that it would be in months.
 */
export function endOf(
  growthBytesPerSecond: number | null,
  safeBytes: number | null,
  freeBytes: number | null,
): { readonly lostInMs: number | null; readonly diskFullInMs: number | null } {
  const nothing = { lostInMs: null, diskFullInMs: null };
  if (growthBytesPerSecond === null || growthBytesPerSecond <= 0) return nothing;
  const msOf = (bytes: number) => {
    const ms = Math.round((bytes / growthBytesPerSecond) * MS);
    return ms < FORESEEN_MS ? ms : null;
  };
  if (freeBytes !== null && freeBytes < (safeBytes ?? Infinity))
    return { ...nothing, diskFullInMs: msOf(freeBytes) };
  return safeBytes === null ? nothing : { ...nothing, lostInMs: msOf(Math.max(0, safeBytes)) };
}
