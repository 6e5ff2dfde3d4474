import { formatCount, formatElapsed } from "../format.js";

const MS_PER_SECOND = 1000;
/** Before that a rate says nothing. */
const SETTLED_AFTER_MS = 1_500;

/** How far something is: `1,204,000 of 9,000,000 events, 210,000/s, 37 s left`. */
export function progressText(done: number, all: number, unit: string, elapsedMs: number): string {
  // An estimate may be too low.
  const counts = all > done ? `${formatCount(done)} of ${formatCount(all)}` : formatCount(done);
  if (elapsedMs < SETTLED_AFTER_MS || done === 0) return `${counts} ${unit}`;
  const rate = (done * MS_PER_SECOND) / elapsedMs;
  const left = all > done ? `, ${formatElapsed(((all - done) / rate) * MS_PER_SECOND)} left` : "";
  return `${counts} ${unit}, ${formatCount(rate)}/s${left}`;
}
