const BARS = Array.from("▁▂▃▄▅▆▇█");

/** Numbers as a row of bars from 0 to the greatest, the newest last; a blank where one is not known. */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(0, ...shown.map((value) => value ?? 0));
  const bars = shown.map((value) => {
    if (value === null) return " ";
    const step = most === 0 ? 0 : Math.round((value / most) * (BARS.length - 1));
    return BARS[step] ?? " ";
  });
  return bars.join("").padStart(width);
}
