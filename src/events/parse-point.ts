import type { TopicPoint } from "../clients/kafka/topic-point.js";
import { CdcError } from "../errors.js";

const SPAN = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)(?:\s+ago)?$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(.*)$/;
const ZONE = /^(?:Z|UTC|([+-]\d{2}):?(\d{2})?)$/i;
const OFFSET = /^offset:(.*)$/;
const WHOLE = /^\d{1,15}$/;

/**
 * Reads `beginning`, `end`, a time (`2026-11-30T10:00Z`), a span of time before now (`15m`), or offsets: `offset:123`
 * of each partition, `offset:0=123,2=456` of some.
 * @param flag `--from` or `--until`, for the error
 * @throws CdcError USAGE
 */
export function parsePoint(flag: string, text: string, nowMs: number): TopicPoint {
  const trimmed = text.trim();
  if (trimmed === "beginning" || trimmed === "end") return { at: trimmed };
  const [, amount, unit = ""] = SPAN.exec(trimmed) ?? [];
  if (amount !== undefined) return { at: "time", timeMs: nowMs - Number(amount) * (UNIT_MS[unit] ?? 0) };
  const [, offsets] = OFFSET.exec(trimmed) ?? [];
  const point = offsets === undefined ? timeOf(flag, trimmed) : offsetsOf(offsets);
  if (point !== undefined) return point;
  throw usage(flag, text, "is no point in a topic");
}

function usage(flag: string, text: string, problem: string): CdcError {
  return new CdcError("USAGE", `${flag} ${text}: ${problem}`, {
    hint: `${flag} beginning, end, 2026-11-30T10:00Z, 15m (ago), offset:123 or offset:0=123,1=456`,
  });
}

function timeOf(flag: string, text: string): TopicPoint | undefined {
  const [, date, clock, zoneText = ""] = TIME.exec(text) ?? [];
  if (date === undefined || clock === undefined) return undefined;
  if (zoneText === "") throw usage(flag, text, `the time has no zone; of UTC it is ${text}Z`);
  const zone = ZONE.exec(zoneText);
  if (zone === null) return undefined;
  const [, hours = "+00", minutes = "00"] = zone;
  const timeMs = Date.parse(`${date}T${clock}${hours}:${minutes}`);
  return isDay(date) && !Number.isNaN(timeMs) ? { at: "time", timeMs } : undefined;
}

/** JavaScript takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const day = new Date(`${date}T00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

function offsetsOf(text: string): TopicPoint | undefined {
  if (WHOLE.test(text)) return { at: "offset", offsetOf: () => Number(text) };
  const byPartition = new Map<number, number>();
  for (const part of text.split(",")) {
    const [partition = "", offset = "", ...rest] = part.trim().split("=");
    if (!WHOLE.test(partition) || !WHOLE.test(offset) || rest.length > 0) return undefined;
    byPartition.set(Number(partition), Number(offset));
  }
  return { at: "offset", offsetOf: (partition) => byPartition.get(partition) };
}
