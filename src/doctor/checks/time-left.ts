import { formatBytes, formatDuration } from "../../format.js";
import type { ServerFacts, SlotFacts } from "../facts/server-facts.js";

/* How long a slot that stands still may go on so: until it is lost, or the disk is full, whichever is first. */

/** What ends it, in how many seconds; undefined where that is not known, or never comes. */
export interface TimeLeft {
  readonly seconds: number;
  readonly end: "lost" | "disk full";
}

type Wal = Pick<ServerFacts, "walBytesPerSecond" | "measuredWalBytesPerSecond" | "walFreeBytes">;
type Slot = Pick<SlotFacts, "safeWalBytes">;

export function timeLeft({ safeWalBytes }: Slot, wal: Wal): TimeLeft | undefined {
  const rate = rateOf(wal);
  if (rate === undefined) return undefined;
  const lost = safeWalBytes ?? Infinity;
  const full = wal.walFreeBytes ?? Infinity;
  const bytes = Math.max(0, Math.min(lost, full));
  if (bytes === Infinity) return undefined;
  return { seconds: bytes / rate, end: lost <= full ? "lost" : "disk full" };
}

/** `; WAL grows 3.0 MiB/s: lost in 22 min`, to be put behind what is kept; empty where nothing is known of it. */
export function growthText(slot: Slot, wal: Wal): string {
  const rate = rateOf(wal);
  if (rate === undefined) return "";
  const left = timeLeft(slot, wal);
  const adverb = wal.measuredWalBytesPerSecond === null ? " on average" : "";
  const grows = `; WAL grows ${formatBytes(rate)}/s${adverb}`;
  return left === undefined ? grows : `${grows}: ${left.end} in ${formatDuration(left.seconds * 1000)}`;
}

const HOUR_SECONDS = 3_600;

/** Somebody must act at once. */
export const isUrgent = (slot: Slot, wal: Wal): boolean =>
  (timeLeft(slot, wal)?.seconds ?? Infinity) < HOUR_SECONDS;

/** undefined where nothing is written, or nobody knows how much. */
function rateOf({ measuredWalBytesPerSecond, walBytesPerSecond }: Wal): number | undefined {
  const rate = measuredWalBytesPerSecond ?? walBytesPerSecond ?? 0;
  return rate > 0 ? rate : undefined;
}
