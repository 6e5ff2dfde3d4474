import type { FailureClass } from "./failure-kinds.js";

/** How often, and how soon again, a failed connector is restarted. */
export interface WatchPolicy {
  /** From the first restart to the second; twice as long from each to the next. */
  readonly backoffMs: number;
  /** It never gets longer. */
  readonly longestBackoffMs: number;
  /** Restarts in a row; without it, a passing cause is tried for ever and an unknown one ten times. */
  readonly maxRestarts: number | undefined;
  /** After so long without a failure the restarts are counted from 0 again. */
  readonly resetAfterMs: number;
}

const MAX_FOR_UNKNOWN = 10;

/** How long to wait after so many restarts in a row. */
export function backoffAfter(
  restarts: number,
  { backoffMs, longestBackoffMs }: Pick<WatchPolicy, "backoffMs" | "longestBackoffMs">,
): number {
  if (restarts === 0) return 0;
  return Math.min(longestBackoffMs, backoffMs * 2 ** (restarts - 1));
}

/** How many restarts in a row a failure of this class is worth. */
export function restartLimit(
  failure: FailureClass,
  { maxRestarts }: Pick<WatchPolicy, "maxRestarts">,
): number {
  if (failure === "lasting") return 0;
  return maxRestarts ?? (failure === "passing" ? Number.POSITIVE_INFINITY : MAX_FOR_UNKNOWN);
}
