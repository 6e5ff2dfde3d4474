import type { ConsumedRecord } from "../clients/kafka.js";
import { isJsonObject, parseDebeziumJson } from "../debezium-json.js";

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
  /** `c` created, `u` updated, `d` deleted, `t` all rows truncated, `r` read by a snapshot; a newer Debezium may have others. */
  readonly op: string;
  /** Of an update, null unless the table's replica identity is FULL or its key was changed. */
  readonly before: Row | null;
  readonly after: Row | null;
  /** Debezium's own words on where it comes from: `lsn`, `txId`, `snapshot`, … */
  readonly source: Row;
}

/** Follows a delete, and lets Kafka forget the key when it compacts the topic. */
export interface Tombstone extends Place {
  readonly kind: "tombstone";
}

export interface Undecodable extends Place {
  readonly kind: "undecodable";
  readonly reason: string;
  readonly value: Buffer;
}

export type DecodedEvent = Change | Tombstone | Undecodable;

/** What a record of a table's topic tells; JSON with and without its schema is understood. Never throws. */
export function decodeEvent(record: ConsumedRecord, topicPrefix: string): DecodedEvent {
  const { topic, partition, offset, value } = record;
  const [schema = "", ...table] = topic.slice(topicPrefix.length + 1).split(".");
  const place: Place = {
    topic,
    partition,
    offset,
    timeMs: record.timestampMs,
    schema,
    table: table.join("."),
    key: decodeKey(record.key),
  };
  if (value === null) return { ...place, kind: "tombstone" };
  const event = parseDebeziumJson(value);
  if (event === undefined) return { ...place, kind: "undecodable", reason: whyNotJson(value), value };
  if (typeof event.op !== "string") {
    return { ...place, kind: "undecodable", reason: "JSON, but without Debezium's `op`", value };
  }
  const source = isJsonObject(event.source) ? event.source : {};
  return {
    ...place,
    kind: "change",
    op: event.op,
    // A topic's name may have lost characters of the table's.
    schema: textOr(source.schema, place.schema),
    table: textOr(source.table, place.table),
    timeMs: typeof source.ts_ms === "number" ? source.ts_ms : place.timeMs,
    before: isJsonObject(event.before) ? event.before : null,
    after: isJsonObject(event.after) ? event.after : null,
    source,
  };
}

function decodeKey(bytes: Buffer | null): Place["key"] {
  if (bytes === null) return null;
  return parseDebeziumJson(bytes) ?? bytes.toString("utf8");
}

function whyNotJson(value: Buffer): string {
  // The magic byte of what a schema registry's converters write.
  if (value[0] === 0 && value.length > 5) return "not JSON; it looks like Avro of a schema registry";
  return `no JSON object, ${value.length} bytes`;
}

const textOr = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);
