import { tenths } from "./split-latency.js";

/** Of latencies, in milliseconds. */
export interface Distribution {
  readonly count: number;
  readonly minMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Each percentile is one of the values (nearest rank), but the median of an even count. Undefined of nothing. */
export function distributionOf(values: readonly number[]): Distribution | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const rank = (share: number) => at(Math.max(0, Math.ceil(share * sorted.length) - 1));
  if (sorted.length === 0) return undefined;
  const half = (sorted.length - 1) / 2;
  return {
    count: sorted.length,
    minMs: at(0),
    medianMs: tenths((at(Math.floor(half)) + at(Math.ceil(half))) / 2),
    p95Ms: rank(0.95),
    p99Ms: rank(0.99),
    maxMs: at(sorted.length - 1),
  };
}
