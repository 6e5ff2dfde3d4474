import { formatBytes, formatDuration } from "../format.js";
import type { Lag } from "../observe/observation.js";

/** What is between the bounds is told as one time where they are so near. */
const NEAR_MS = 60_000;

/** How much is not confirmed, and for how long; no number that is not known. */
export function describeLag({ bytes, atLeastMs, atMostMs, unknown }: Lag): string {
  if (bytes === null) return `lag unknown: ${unknown ?? "not told"}`;
  const size = `${formatBytes(bytes)} behind`;
  if (bytes === 0) return size;
  if (atLeastMs !== null && atLeastMs > 0 && atMostMs !== null) {
    const isNear = atMostMs - atLeastMs <= Math.max(NEAR_MS, atLeastMs / 10);
    return isNear
      ? `${size} for ${formatDuration(atLeastMs)}`
      : `${size} for ${formatDuration(atLeastMs)} to ${formatDuration(atMostMs)}`;
  }
  if (atMostMs !== null) return `${size} for under ${formatDuration(atMostMs)}`;
  if (atLeastMs !== null) return `${size} for over ${formatDuration(atLeastMs)}`;
  return size;
}
