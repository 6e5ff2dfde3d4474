import type { EventModes } from "../columns/column-codec.js";
import type { TableSpec } from "./engine.js";
import { fieldsOf, isJson, isNull, type JsonField, textOf, utf8 } from "./json-values.js";
import type { ShownRow } from "./row-collector.js";
import { type CodecOf, type Column, columnsOf } from "./table-columns.js";

/** A record as a person reads it. */
export interface DescribedRecord {
  /** Debezium's `op`; undefined of a tombstone, a flattened event, and what is no event. */
  readonly op: string | undefined;
  /** The key's columns. */
  readonly key: ShownRow;
  /** The row after the change, of a delete the one before; a value that was left out is `LEFT_OUT`. */
  readonly row: ShownRow | undefined;
}

/** What a record of a table's topic says, column by column; never throws. */
export function describeRecord(
  record: { readonly key: Uint8Array | null; readonly value: Uint8Array | null },
  table: TableSpec,
  modes: EventModes,
  codecOf: CodecOf,
): DescribedRecord {
  const columns = columnsOf(table, modes, codecOf);
  const { key, value } = record;
  const keyFields = key === null ? undefined : payloadOf(key);
  const fields = value === null ? undefined : payloadOf(value);
  const shownKey = key === null || keyFields === undefined ? {} : show(key, keyFields, columns);
  if (value === null || fields === undefined) return { op: undefined, key: shownKey, row: undefined };
  const field = (name: string) => fields.find((candidate) => candidate.name === name);
  const op = field("op");
  if (op === undefined || field("source") === undefined) {
    return { op: undefined, key: shownKey, row: show(value, fields, columns) };
  }
  const row = nestedOf(value, field("after")) ?? nestedOf(value, field("before"));
  return {
    op: textOf(value, op.start, op.end),
    key: shownKey,
    row: row === undefined ? undefined : show(value, row, columns),
  };
}

function payloadOf(bytes: Uint8Array): JsonField[] | undefined {
  if (!isJson(bytes, 0, bytes.length)) return undefined;
  const fields = fieldsOf(bytes, 0, bytes.length);
  const payload = fields?.find(({ name }) => name === "payload");
  const isWrapped = payload !== undefined && fields?.some(({ name }) => name === "schema") === true;
  return isWrapped ? fieldsOf(bytes, payload.start, payload.end) : fields;
}

const nestedOf = (bytes: Uint8Array, field: JsonField | undefined): JsonField[] | undefined =>
  field === undefined ? undefined : fieldsOf(bytes, field.start, field.end);

function show(bytes: Uint8Array, fields: readonly JsonField[], columns: readonly Column[]): ShownRow {
  const row: Record<string, string | null> = {};
  for (const { name, field, codec, placeholder } of columns) {
    const found = fields.find((candidate) => candidate.name === field);
    if (found === undefined || codec === undefined) continue;
    const json = utf8(bytes, found.start, found.end);
    const isPlaceholder = placeholder !== undefined && Buffer.from(placeholder).toString("utf8") === json;
    if (isNull(bytes, found.start, found.end)) row[name] = null;
    else row[name] = isPlaceholder ? LEFT_OUT : codec.showJson(json);
  }
  return row;
}

/** Instead of a value that the update did not touch and PostgreSQL did not send. */
export const LEFT_OUT = "(unchanged, not sent)";
