export interface LatencyBucket {
  /** The bucket's upper bound in ms; the last may be Infinity. */
  readonly upToMs: number;
  readonly count: number;
}

export interface Quantile {
  readonly label: string;
  /** At most this many ms: the upper bound of the bucket that it falls into. */
  readonly upToMs: number;
}

const SHARES = [
  ["median", 0.5],
  ["95 %", 0.95],
  ["99 %", 0.99],
  ["slowest", 1],
] as const;

/** The buckets that stand for something, from the fastest to the slowest, without empty ones at both ends. */
export function trimBuckets(latency: readonly LatencyBucket[]): readonly LatencyBucket[] {
  const sorted = latency.toSorted((one, other) => one.upToMs - other.upToMs);
  const first = sorted.findIndex(({ count }) => count > 0);
  const last = sorted.findLastIndex(({ count }) => count > 0);
  return first < 0 ? [] : sorted.slice(first, last + 1);
}

/** How long most changes took; nothing where there are none. */
export function quantilesOf(buckets: readonly LatencyBucket[]): readonly Quantile[] {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  return SHARES.map(([label, share]) => {
    let seen = 0;
    const bucket = buckets.find(({ count }) => (seen += count) >= Math.ceil(total * share));
    return { label, upToMs: bucket?.upToMs ?? Infinity };
  });
}
