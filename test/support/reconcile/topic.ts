import type { RecordChunk } from "../../../src/reconcile/engine/engine.js";
import { RECORD_FIELDS } from "../../../src/reconcile/engine/record-index.js";

export type Row = Readonly<Record<string, string | number | null>>;

export interface Change {
  readonly op: "c" | "u" | "d" | "r" | "t";
  readonly before?: Row | null;
  readonly after?: Row | null;
  readonly txId?: number;
  readonly lsn?: number;
  /** The end of the last transaction before. */
  readonly commitLsn?: number | null;
  readonly committedMs?: number;
  readonly db?: string;
  /** Its `topic.prefix`. */
  readonly connector?: string;
  readonly snapshot?: string;
}

export interface TopicRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestampMs?: number;
  /** The connector's run that sent it. */
  readonly run?: number;
}

let handled = 0;

/** An event's value as Debezium writes it. */
export function eventValue(change: Change): string {
  const { op, before = null, after = null, txId = 1, lsn = 1, commitLsn = null } = change;
  const ms = change.committedMs ?? Date.UTC(2026, 0, 1);
  const sequence = JSON.stringify([commitLsn === null ? null : String(commitLsn), String(lsn)]);
  const source = {
    version: "3.7.0.Final",
    connector: "postgresql",
    name: change.connector ?? "debezium.mykart",
    ts_ms: ms,
    snapshot: change.snapshot ?? (op === "r" ? "true" : "false"),
    db: change.db ?? "mykart",
    sequence,
    ts_us: ms * 1000,
    ts_ns: ms * 1_000_000,
    schema: "public",
    table: "things",
    txId,
    lsn,
    xmin: null,
  };
  return JSON.stringify({ before, after, source, transaction: null, op, ts_ms: ms, ts_ns: ++handled });
}

/** Packs records as they come from Kafka; the offsets go on from `firstOffset`. */
function chunkOf(
  table: number,
  partition: number,
  firstOffset: number,
  records: readonly TopicRecord[],
): RecordChunk {
  const parts: Buffer[] = [];
  const index = new Float64Array(records.length * RECORD_FIELDS);
  let at = 0;
  for (const [place, { key, value, timestampMs = Date.UTC(2026, 0, 1) }] of records.entries()) {
    const keyStart = at;
    if (key !== null) parts.push(Buffer.from(key));
    at += Buffer.byteLength(key ?? "");
    const keyEnd = key === null ? -1 : at;
    // In Kafka's own bytes, too, something stands between the two.
    parts.push(Buffer.from([0]));
    at += 1;
    const valueStart = at;
    if (value !== null) parts.push(Buffer.from(value));
    at += Buffer.byteLength(value ?? "");
    const valueEnd = value === null ? -1 : at;
    index.set(
      [firstOffset + place, timestampMs, keyStart, keyEnd, valueStart, valueEnd],
      place * RECORD_FIELDS,
    );
  }
  return { table, partition, bytes: Buffer.concat(parts), index, count: records.length };
}

/** The same cut where the connector's run changes. */
export function chunksOf(table: number, partition: number, records: readonly TopicRecord[]): RecordChunk[] {
  const chunks: RecordChunk[] = [];
  let start = 0;
  for (let end = 1; end <= records.length; end++) {
    const connectorRun = records[start]?.run ?? 0;
    if (end < records.length && records[end]?.run === records[start]?.run && end - start < 50) continue;
    chunks.push({ ...chunkOf(table, partition, start, records.slice(start, end)), connectorRun });
    start = end;
  }
  return chunks;
}

/** Rows as COPY sends them in its binary format. */
export function copyOf(columns: readonly string[], rows: readonly Row[]): Buffer {
  const parts: Buffer[] = [Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"), Buffer.alloc(8)];
  for (const row of rows) {
    const head = Buffer.alloc(2);
    head.writeInt16BE(columns.length);
    parts.push(head);
    for (const column of columns) parts.push(field(row[column] ?? null));
  }
  const end = Buffer.alloc(2);
  end.writeInt16BE(-1);
  return Buffer.concat([...parts, end]);
}

function field(value: string | number | null): Buffer {
  if (value === null) return Buffer.from([0xff, 0xff, 0xff, 0xff]);
  const bytes = typeof value === "string" ? Buffer.from(value) : Buffer.alloc(4);
  if (typeof value === "number") bytes.writeInt32BE(value);
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
