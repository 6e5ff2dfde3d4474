import type { ConsumedRecord } from "../../clients/kafka.js";
import { parseDebeziumJson } from "../../debezium-json.js";

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
  const event = parseDebeziumJson(record.value);
  const after = event?.after;
  if (typeof after !== "object" || after === null || (after as Record<string, unknown>).token !== token) {
    return undefined;
  }
  const { topic, partition, offset } = record;
  return { topic, partition, offset, op: event?.op as ChangeOp };
}
