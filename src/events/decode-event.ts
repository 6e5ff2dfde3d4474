import type { ConsumedRecord } from "../clients/kafka/consumed-record.js";
import { parseExactly } from "../clients/parse-exactly.js";
import { isJsonObject, parseDebeziumJson } from "../debezium-json.js";
import { readFlattenedRow } from "./flattened-row.js";

/** A row as Debezium sends it: a value for each column; whole numbers that JavaScript would round are text. */
export type Row = Readonly<Record<string, unknown>>;

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Of a change, when it was committed; else when it came to Kafka. In milliseconds since 1970. */
  readonly timeMs: number;
  readonly schema: string;
  readonly table: string;
  /** The primary key; null where the table has none. What is no JSON is a text. */
  readonly key: Row | string | null;
}

/** What happened to a row. */
export interface Change extends Place {
  readonly kind: "change";
  /**
   * `c` created, `u` updated, `d` deleted, `t` all rows truncated, `r` read by a snapshot; a newer Debezium may have
   * others. Null of a flattened row that does not tell it: it was created, updated or read.
   */
  readonly op: string | null;
  /**
   * Whether the transform ExtractNewRecordState has left only the row of the event: `before` is null then, but of a
   * delete that it has rewritten.
   */
  readonly isFlattened: boolean;
  /** Of an update, null unless the table's replica identity is FULL or its key was changed. */
  readonly before: Row | null;
  readonly after: Row | null;
  /** Debezium's own words on where it comes from: `lsn`, `txId`, `snapshot`, …; of a flattened row, what is left. */
  readonly source: Row;
}

/** Follows a delete, and lets Kafka forget the key when it compacts the topic. A flattened delete may be only this. */
export interface Tombstone extends Place {
  readonly kind: "tombstone";
}

/** What Debezium tells beside the changes of tables; `schema` and `table` say nothing. */
export interface Aside extends Place {
  /** The begin or end of a transaction, a heartbeat, or what was given to pg_logical_emit_message. */
  readonly kind: "transaction" | "heartbeat" | "message";
  readonly value: Row;
}

export interface Undecodable extends Place {
  readonly kind: "undecodable";
  readonly reason: string;
  readonly value: Buffer;
}

export type DecodedEvent = Change | Tombstone | Aside | Undecodable;

/** What a record tells; JSON with and without its schema is understood, flattened or not. Never throws. */
export function decodeEvent(record: ConsumedRecord, topicPrefix: string): DecodedEvent {
  const { topic, partition, offset, value } = record;
  const place: Place = {
    topic,
    partition,
    offset,
    timeMs: record.timestampMs,
    ...tableOf(topic, topicPrefix),
    key: parseDebeziumJson(record.key) ?? record.key?.toString("utf8") ?? null,
  };
  if (value === null) return { ...place, kind: "tombstone" };
  const event = parseDebeziumJson(value);
  if (event === undefined && isNullOfTransform(value)) {
    return { ...place, kind: "change", isFlattened: true, op: "d", before: null, after: null, source: {} };
  }
  if (event === undefined) return { ...place, kind: "undecodable", reason: whyNotJson(value), value };
  const aside = asideOf(event, place.key);
  if (aside !== undefined) return { ...place, kind: aside, value: event };
  const change = readChange(event);
  if (change === undefined) {
    return { ...place, kind: "undecodable", reason: "a JSON object that holds nothing", value };
  }
  const { source } = change;
  return {
    ...place,
    kind: "change",
    ...change,
    // A topic's name may have lost characters of the table's.
    schema: textOr(source.schema, place.schema),
    table: textOr(source.table, place.table),
    timeMs: typeof source.ts_ms === "number" ? source.ts_ms : place.timeMs,
  };
}

/** As the topic's name has it; the whole name where it is routed. */
function tableOf(topic: string, topicPrefix: string): { readonly schema: string; readonly table: string } {
  if (!topic.startsWith(`${topicPrefix}.`)) return { schema: "", table: topic };
  const [schema = "", ...table] = topic.slice(topicPrefix.length + 1).split(".");
  return table.length === 0 ? { schema: "", table: topic } : { schema, table: table.join(".") };
}

function readChange(
  event: Row,
): Pick<Change, "isFlattened" | "op" | "before" | "after" | "source"> | undefined {
  const { op } = event;
  const [before, after, source] = [event.before, event.after, event.source].map((part) =>
    isJsonObject(part) ? part : null,
  );
  // A table may have a column `op`; one that has the others beside it as well would have to be made for it.
  if (typeof op === "string" && (before ?? after ?? source) !== null) {
    return { isFlattened: false, op, before: before ?? null, after: after ?? null, source: source ?? {} };
  }
  return Object.keys(event).length === 0 ? undefined : { isFlattened: true, ...readFlattenedRow(event) };
}

/** What Debezium's own topics hold, told by their shape: the topics may be named otherwise. */
function asideOf(event: Row, key: Place["key"]): Aside["kind"] | undefined {
  if (event.op === "m" && isJsonObject(event.message)) return "message";
  if ((event.status === "BEGIN" || event.status === "END") && "data_collections" in event)
    return "transaction";
  const isOfServer = typeof key === "object" && key !== null && "serverName" in key;
  return isOfServer && Object.keys(event).join() === "ts_ms" ? "heartbeat" : undefined;
}

/**
 * A delete that the transform leaves as a null, which is no tombstone: of a value that has a schema the JSON converter
 * writes the word `null`, with `schemas.enable` beside the schema.
 */
function isNullOfTransform(value: Buffer): boolean {
  const json = parseExactly(value.toString("utf8"));
  return json === null || (isJsonObject(json) && "schema" in json && json.payload === null);
}

function whyNotJson(value: Buffer): string {
  // The magic byte of what a schema registry's converters write.
  if (value[0] === 0 && value.length > 5) return "not JSON; it looks like Avro of a schema registry";
  return `no JSON object, ${value.length} bytes`;
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
