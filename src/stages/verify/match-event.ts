import type { ConsumedRecord } from "../../clients/kafka/consumed-record.js";
import { isJsonObject, parseDebeziumJson } from "../../debezium-json.js";
import { type Change, decodeEvent, type Row } from "../../events/decode-event.js";
import type { ProbeSubject, WrittenProbe } from "./probe.js";

/** A record that came of a probe. */
export interface ProbeSight {
  readonly record: ConsumedRecord;
  /**
   * `event`: Debezium's envelope; `flattened`: only the row; `tombstone`: only the key;
   * `presence`: cannot be decoded, but holds what only the probe has.
   */
  readonly form: "event" | "flattened" | "tombstone" | "presence";
  /** null where the record does not tell. */
  readonly op: string | null;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** The sight of the probe in a record, if there is one. */
export function matchEvent(
  record: ConsumedRecord,
  subject: Pick<ProbeSubject, "schema" | "table">,
  written: WrittenProbe,
): ProbeSight | undefined {
  const event = decodeEvent(record, "");
  const unknown = { record, op: null, before: null, after: null };
  switch (event.kind) {
    case "change": {
      const { op, before, after, isFlattened } = event;
      if (isOfProbe(event, record, subject, written)) {
        return { record, form: isFlattened ? "flattened" : "event", op, before, after };
      }
      // JSON of another shape, with the row somewhere in it.
      return isFlattened && holdsMark({ key: null, value: record.value }, written)
        ? { ...unknown, form: "presence" }
        : undefined;
    }
    case "tombstone":
      return hasKey(record.key, written) ? { ...unknown, form: "tombstone" } : undefined;
    case "undecodable":
      return holdsMark(record, written) ? { ...unknown, form: "presence" } : undefined;
    default:
      return undefined;
  }
}

/** By the transaction where the event names it: nothing else can have the same in the same table. */
function isOfProbe(
  { source, before, after }: Change,
  { key }: ConsumedRecord,
  { schema, table }: Pick<ProbeSubject, "schema" | "table">,
  written: WrittenProbe,
): boolean {
  if (textOf(source.schema) !== undefined && source.schema !== schema) return false;
  if (textOf(source.table) !== undefined && source.table !== table) return false;
  const txId = source.txId ?? undefined;
  if (txId !== undefined) return Number(txId) === written.txId;
  const row = after ?? before;
  if (row === null) return hasKey(key, written);
  return hasValues(row, written.key.size > 0 ? written.key : written.columns);
}

function hasKey(key: Buffer | null, written: WrittenProbe): boolean {
  const fields = parseDebeziumJson(key);
  if (isJsonObject(fields)) return hasValues(fields, written.key);
  return key !== null && written.marks.some((mark) => key.includes(mark));
}

/** Whether a row has these values; never of none, which any row would have. */
function hasValues(row: Row, values: ReadonlyMap<string, string>): boolean {
  if (values.size === 0) return false;
  return [...values].every(([name, value]) => textOf(row[name]) === value);
}

function holdsMark({ key, value }: Pick<ConsumedRecord, "key" | "value">, { marks }: WrittenProbe): boolean {
  return marks.some((mark) => value?.includes(mark) === true || key?.includes(mark) === true);
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
