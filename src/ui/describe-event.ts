import type { DecodedEvent } from "../events/decode-event.js";

/** A line of `events --json`. */
export function describeEvent(event: DecodedEvent): Record<string, unknown> {
  const { kind, topic, partition, offset, timeMs, schema, table, key } = event;
  const place = { kind, time: timeOf(timeMs), schema, table, key };
  const where = { topic, partition, offset };
  if (event.kind === "tombstone") return { ...place, ...where };
  if (event.kind === "undecodable") {
    return { ...place, reason: event.reason, valueBase64: event.value.toString("base64"), ...where };
  }
  if (event.kind !== "change") return { ...place, value: event.value, ...where };
  const { op, isFlattened, before, after, source } = event;
  return { ...place, op, ...(isFlattened ? { flattened: true } : {}), before, after, source, ...where };
}

/** `2026-11-25T04:48:39.120Z`; of a time that no clock shows, the number as it is. */
export function timeOf(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? String(timeMs) : date.toISOString();
}
