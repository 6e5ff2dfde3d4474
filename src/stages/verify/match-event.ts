import type { ConsumedRecord } from "../../clients/kafka.js";

/** What Debezium says happened to a row: created, updated, deleted, truncated, or read by a snapshot. */
export type ChangeOp = "c" | "u" | "d" | "t" | "r";

/** The event of the probe row, as it was found in its topic. */
export interface ProbeEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly op: ChangeOp;
}

/** The event of the row with this token, if the record is one; JSON with and without a schema is understood. */
export function matchEvent(record: ConsumedRecord, token: string): ProbeEvent | undefined {
  const event = unwrap(parseJson(record.value));
  const after = event?.after;
  if (typeof after !== "object" || after === null || (after as Record<string, unknown>).token !== token) {
    return undefined;
  }
  const { topic, partition, offset } = record;
  return { topic, partition, offset, op: event?.op as ChangeOp };
}

function parseJson(bytes: Buffer | null): Record<string, unknown> | undefined {
  if (bytes === null) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** With `schemas.enable` the event is the `payload` beside its `schema`. */
function unwrap(value: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  if (value === undefined || !("schema" in value) || !("payload" in value)) return value;
  const { payload } = value;
  return typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : undefined;
}
