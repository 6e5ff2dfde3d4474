const MS_PER_SECOND = 1000;
const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** How long something took: `840 ms`, `1.2 s`, `1 min 4 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  const wholeMs = Math.max(0, Math.round(ms));
  if (wholeMs < MS_PER_SECOND) return `${wholeMs} ms`;
  const tenthsOfSecond = Math.round(wholeMs / 100);
  if (tenthsOfSecond < SECONDS_PER_MINUTE * 10) return `${(tenthsOfSecond / 10).toFixed(1)} s`;
  return formatSeconds(Math.round(wholeMs / MS_PER_SECOND));
}

/** How long something has been going on, in whole seconds so that it reads calmly: `0 s`, `12 s`, `1 min 4 s`. */
export function formatElapsed(ms: number): string {
  return formatSeconds(Math.max(0, Math.floor(ms / MS_PER_SECOND)));
}

/** A size: `512 B`, `1.5 KiB`, `16.0 MiB`. */
export function formatBytes(bytes: number): string {
  let amount = Math.max(0, bytes);
  let unit = 0;
  // A value that would be printed as 1024.0 belongs to the next unit.
  while (unit < BYTE_UNITS.length - 1 && Number(amount.toFixed(unit === 0 ? 0 : 1)) >= 1024) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount.toFixed(unit === 0 ? 0 : 1)} ${BYTE_UNITS[unit] ?? "B"}`;
}

/** A whole number with thousands apart: `1,204`. */
export function formatCount(count: number | bigint): string {
  return counts.format(count);
}

function formatSeconds(totalSeconds: number): string {
  if (totalSeconds < SECONDS_PER_MINUTE) return `${totalSeconds} s`;
  const totalMinutes = Math.floor(totalSeconds / SECONDS_PER_MINUTE);
  if (totalMinutes < MINUTES_PER_HOUR) return `${totalMinutes} min ${totalSeconds % SECONDS_PER_MINUTE} s`;
  const totalHours = Math.floor(totalMinutes / MINUTES_PER_HOUR);
  // 40 h still says more than 1 d 16 h.
  if (totalHours < 2 * HOURS_PER_DAY) return `${totalHours} h ${totalMinutes % MINUTES_PER_HOUR} min`;
  return `${Math.floor(totalHours / HOURS_PER_DAY)} d ${totalHours % HOURS_PER_DAY} h`;
}
