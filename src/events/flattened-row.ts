import type { Row } from "./decode-event.js";

/** A row that the transform ExtractNewRecordState has taken out of its event. */
export interface FlattenedRow {
  /** As Debezium has it; null where the fields do not tell it. */
  readonly op: string | null;
  readonly before: Row | null;
  readonly after: Row | null;
  /** What its `add.fields` has kept of the event's source, by Debezium's names. */
  readonly source: Row;
}

/** What the transform writes before the names of the fields that it adds, unless told otherwise. */
const PREFIX = "__";
const SOURCE_PREFIX = `${PREFIX}source_`;
const TRANSACTION_PREFIX = `${PREFIX}transaction_`;
/** Fields that are added without the name of what they are part of; other columns of such names are the table's. */
const OF_SOURCE = new Set(
  [
    "version",
    "connector",
    "name",
    "db",
    "schema",
    "table",
    "txId",
    "lsn",
    "xmin",
    "snapshot",
    "sequence",
  ].map((name) => PREFIX + name),
);
const OF_EVENT = new Set(["op", "deleted", "ts_ms", "ts_us", "ts_ns"].map((name) => PREFIX + name));

/** Tells the row from the fields that the transform has added to it. */
export function readFlattenedRow(value: Row): FlattenedRow {
  const row: Record<string, unknown> = {};
  const source: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    if (OF_SOURCE.has(name)) source[name.slice(PREFIX.length)] = field;
    else if (name.startsWith(SOURCE_PREFIX)) source[name.slice(SOURCE_PREFIX.length)] = field;
    else if (!OF_EVENT.has(name) && !name.startsWith(TRANSACTION_PREFIX)) row[name] = field;
  }
  // When Debezium handled it is the next best to when it was committed.
  source.ts_ms ??= value.__ts_ms;
  if (source.ts_ms === undefined) delete source.ts_ms;
  const op = opOf(value);
  return op === "d" ? { op, before: row, after: null, source } : { op, before: null, after: row, source };
}

function opOf({ __op: op, __deleted: isDeleted }: Row): string | null {
  // A text, not a truth value, unless a cast follows the transform.
  if (isDeleted === "true" || isDeleted === true) return "d";
  return typeof op === "string" ? op : null;
}
