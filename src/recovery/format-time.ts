/** A point in time as PostgreSQL reads it, always in UTC: `2026-11-23 10:00:00.25+00`. */
export function formatTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.?0*Z$/, "+00");
}
