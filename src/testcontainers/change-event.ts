import type { ConsumedRecord } from "../clients/kafka/consumed-record.js";
import { parseDebeziumJson } from "../debezium-json.js";

/** What happened to a row: created, updated, deleted, truncated, or read by the snapshot at the start. */
type ChangeOp = "c" | "u" | "d" | "t" | "r";

/** One change of a row, as Debezium tells it. Whole numbers that JavaScript would round are text. */
export interface ChangeEvent<Row = Record<string, unknown>> {
  readonly op: ChangeOp;
  /**
   * The row before. Of an update PostgreSQL tells it only after `ALTER TABLE … REPLICA IDENTITY FULL`, else it is
   * null; of a delete it holds the key, and null in the other columns.
   */
  readonly before: Row | null;
  /** The row afterwards; null for a delete. */
  readonly after: Row | null;
  /** The primary key; null where the table has none. */
  readonly key: Readonly<Record<string, unknown>> | null;
  /** Where the change was in PostgreSQL: `db`, `schema`, `table`, `txId`, `lsn`, `ts_ms`, `snapshot`, … */
  readonly source: Readonly<Record<string, unknown>>;
  /** When Debezium handled it, in milliseconds since 1970. */
  readonly timestampMs: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** The change that a record tells of; undefined for the tombstone behind a delete, and for what is no change. */
export function decodeChangeEvent(record: ConsumedRecord): ChangeEvent | undefined {
  const value = parseDebeziumJson(record.value);
  if (value === undefined || typeof value.op !== "string") return undefined;
  const { topic, partition, offset } = record;
  return {
    op: value.op as ChangeOp,
    before: (value.before ?? null) as ChangeEvent["before"],
    after: (value.after ?? null) as ChangeEvent["after"],
    key: parseDebeziumJson(record.key) ?? null,
    source: (value.source ?? {}) as ChangeEvent["source"],
    timestampMs: typeof value.ts_ms === "number" ? value.ts_ms : record.timestampMs,
    topic,
    partition,
    offset,
  };
}
