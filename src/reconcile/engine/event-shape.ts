import { fieldsOf, isJson, isNull, type JsonField, textOf } from "./json-values.js";
import type { Layouts } from "./layouts.js";
import { Shape } from "./shape.js";
import { SlotPlan } from "./slot-plan.js";

/** What an event does; the numbers stand in the records of the fold. */
export const OP = { create: 0, update: 1, delete: 2, read: 3, truncate: 4, tombstone: 5 } as const;
export type Op = (typeof OP)[keyof typeof OP];

const OPS: Readonly<Record<string, Op>> = {
  c: OP.create,
  u: OP.update,
  d: OP.delete,
  r: OP.read,
  t: OP.truncate,
};

/** Of the source these are the same in most events, so a shape holds them. */
const COMMON_IN_SOURCE = new Set(["version", "connector", "name", "snapshot", "db", "schema", "table"]);
const NONE = -1;

/** Where the parts of an event of one shape are; each number is a slot's place, -1 where there is none. */
export interface EventShape {
  readonly shape: Shape;
  readonly op: Op;
  /** By ExtractNewRecordState: a row, and at best some fields of the source. */
  readonly isFlattened: boolean;
  readonly isForeign: boolean;
  /** Read by an incremental snapshot, which may read a row again. */
  readonly isIncremental: boolean;
  /** The columns in `after`, as pairs of the column and the slot of its value. */
  readonly after: Int32Array;
  /** Those in `before`. */
  readonly before: Int32Array;
  /** The layout of `after`; -1 where there is no row after. */
  readonly layout: number;
  txId: number;
  lsn: number;
  sequence: number;
  /** When it was committed, in ms. */
  committedMs: number;
  /** When Debezium handled it, in ns. */
  handledNs: number;
  transactionId: number;
  totalOrder: number;
  collectionOrder: number;
}

export interface EventShapeOptions {
  /** The places of columns by their names in the event. */
  readonly columns: ReadonlyMap<string, number>;
  readonly layouts: Layouts;
  readonly database: string;
  /** The connector's `topic.prefix`, where it matters. */
  readonly connector: string | undefined;
}

type Place =
  | "txId"
  | "lsn"
  | "sequence"
  | "committedMs"
  | "handledNs"
  | "transactionId"
  | "totalOrder"
  | "collectionOrder";

const SOURCE_PLACES: Readonly<Record<string, Place>> = {
  txId: "txId",
  lsn: "lsn",
  sequence: "sequence",
  ts_ms: "committedMs",
};

const TRANSACTION_PLACES: Readonly<Record<string, Place>> = {
  id: "transactionId",
  total_order: "totalOrder",
  data_collection_order: "collectionOrder",
};

/** Learns the shape of an event from one of its kind; undefined where it is none. */
export function learnEventShape(
  bytes: Uint8Array,
  start: number,
  end: number,
  options: EventShapeOptions,
): EventShape | undefined {
  if (!isJson(bytes, start, end)) return undefined;
  const outer = fieldsOf(bytes, start, end);
  if (outer === undefined) return undefined;
  const payload = outer.some(({ name }) => name === "schema")
    ? outer.find(({ name }) => name === "payload")
    : undefined;
  const fields = payload === undefined ? outer : fieldsOf(bytes, payload.start, payload.end);
  if (fields === undefined) return undefined;
  const learnt = new Learnt(bytes, options);
  const isEnvelope = learnt.readEnvelope(fields) || learnt.readFlattened(fields);
  return isEnvelope ? learnt.finish(start, end) : undefined;
}

class Learnt {
  readonly #bytes: Uint8Array;
  readonly #options: EventShapeOptions;
  readonly #plan = new SlotPlan();
  readonly #places: Record<Place, number> = {
    txId: NONE,
    lsn: NONE,
    sequence: NONE,
    committedMs: NONE,
    handledNs: NONE,
    transactionId: NONE,
    totalOrder: NONE,
    collectionOrder: NONE,
  };
  #op: Op | undefined;
  #isFlattened = false;
  #isForeign = false;
  #isIncremental = false;
  #after: [column: number, place: number][] = [];
  #before: [column: number, place: number][] = [];

  constructor(bytes: Uint8Array, options: EventShapeOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  /** Answers whether it is an event with `op`, `source` and the row before and after. */
  readEnvelope(fields: readonly JsonField[]): boolean {
    const field = (name: string) => fields.find((candidate) => candidate.name === name);
    const op = this.#textOf(field("op"));
    const source = this.#fieldsOf(field("source"));
    if (op === undefined || source === undefined) return false;
    const after = this.#fieldsOf(field("after"));
    const before = this.#fieldsOf(field("before"));
    this.#op = OPS[op];
    if (this.#op === undefined) return false;
    const needsAfter = this.#op === OP.create || this.#op === OP.update || this.#op === OP.read;
    if (needsAfter && after === undefined) return false;
    this.#readSource(source);
    if (after !== undefined) this.#after = this.#addColumns(after);
    if (before !== undefined) this.#before = this.#addColumns(before);
    const transaction = this.#fieldsOf(field("transaction"));
    for (const part of transaction ?? []) this.#add(part, TRANSACTION_PLACES[part.name]);
    for (const part of fields) {
      if (part.name === "ts_ms" || part.name === "ts_us") this.#add(part);
      if (part.name === "ts_ns") this.#add(part, "handledNs");
    }
    return true;
  }

  /** Answers whether it is a row by itself. */
  readFlattened(fields: readonly JsonField[]): boolean {
    const { columns } = this.#options;
    if (!fields.some(({ name }) => columns.has(name))) return false;
    this.#isFlattened = true;
    const row: JsonField[] = [];
    for (const field of fields) {
      const name = /^__(?:source_)?(\w+)$/.exec(field.name)?.[1];
      if (name === undefined || columns.has(field.name)) row.push(field);
      else if (name === "deleted" || name === "op") this.#readFlattenedOp(name, field);
      else if (name === "db" || name === "name") this.#readOrigin(name, field);
      else if (field.name !== "__ts_ms") this.#add(field, SOURCE_PLACES[name]);
      else this.#add(field);
    }
    this.#after = this.#addColumns(row);
    this.#op ??= OP.update;
    return true;
  }

  finish(start: number, end: number): EventShape | undefined {
    if (this.#op === undefined) return undefined;
    const shape = new Shape(this.#bytes, start, end, this.#plan.finish());
    return {
      shape,
      op: this.#op,
      isFlattened: this.#isFlattened,
      isForeign: this.#isForeign,
      isIncremental: this.#isIncremental,
      after: Int32Array.from(this.#after.flat()),
      before: Int32Array.from(this.#before.flat()),
      layout: this.#layout(),
      ...this.#places,
    };
  }

  #layout(): number {
    if (this.#isForeign || this.#op === OP.delete || this.#op === OP.truncate) return NONE;
    return this.#options.layouts.numberOf(this.#after.map(([column]) => column));
  }

  #readFlattenedOp(name: "deleted" | "op", field: JsonField): void {
    const text = this.#textOf(field);
    if (name === "op" && this.#op === undefined && text !== undefined) this.#op = OPS[text];
    if (name === "deleted" && (text === "true" || this.#bytes[field.start] === 0x74)) this.#op = OP.delete;
  }

  #readSource(source: readonly JsonField[]): void {
    for (const part of source) {
      if (!COMMON_IN_SOURCE.has(part.name)) this.#add(part, SOURCE_PLACES[part.name]);
      else if (part.name === "db" || part.name === "name") this.#readOrigin(part.name, part);
      else if (part.name === "snapshot") this.#isIncremental = this.#textOf(part) === "incremental";
    }
  }

  #readOrigin(name: "db" | "name", field: JsonField): void {
    const expected = name === "db" ? this.#options.database : this.#options.connector;
    if (expected !== undefined && this.#textOf(field) !== expected) this.#isForeign = true;
  }

  #addColumns(fields: readonly JsonField[]): [column: number, place: number][] {
    const found: [column: number, place: number][] = [];
    for (const field of fields) {
      const column = this.#options.columns.get(field.name);
      this.#plan.add(field, (place) => {
        if (column !== undefined) found.push([column, place]);
      });
    }
    return found;
  }

  #add(field: JsonField, name?: Place): void {
    this.#plan.add(field, (place) => {
      if (name !== undefined) this.#places[name] = place;
    });
  }

  #fieldsOf(field: JsonField | undefined): JsonField[] | undefined {
    return field === undefined ? undefined : fieldsOf(this.#bytes, field.start, field.end);
  }

  #textOf(field: JsonField | undefined): string | undefined {
    if (field === undefined || isNull(this.#bytes, field.start, field.end)) return undefined;
    return textOf(this.#bytes, field.start, field.end);
  }
}
