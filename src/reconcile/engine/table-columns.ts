import type { ColumnCodec, ColumnFacts, EventModes } from "../columns/column-codec.js";
import type { TableSpec } from "./engine.js";

/** Gives a column its codec; `codecOf` of the columns, or what a test has instead. */
export type CodecOf = (
  column: ColumnFacts,
  modes: EventModes,
) => ColumnCodec | { readonly unsupported: string };

export interface Column {
  readonly name: string;
  readonly field: string;
  /** Missing where the column cannot be compared. */
  readonly codec: ColumnCodec | undefined;
  readonly placeholder: Uint8Array | undefined;
  /** From this length of the JSON on a value may be stored out of line; 0: any may. */
  readonly toastFromBytes: number;
}

/** Shorter texts are never stored out of line: the pointer to them would be as long. */
const TOAST_FROM_BYTES = 24;

/** Types whose JSON is at least as long as what PostgreSQL stores. */
const AS_LONG_AS_STORED = new Set(["text", "varchar", "bpchar", "bytea", "json", "xml", "citext", "name"]);

export function columnsOf(table: TableSpec, modes: EventModes, codecOf: CodecOf): readonly Column[] {
  return table.columns.map((column) => {
    const codec = codecOf(column, modes);
    const usable = "unsupported" in codec ? undefined : codec;
    const placeholder = column.canBeToasted ? usable?.placeholder : undefined;
    const isAsLong = !column.type.isArray && AS_LONG_AS_STORED.has(column.type.name);
    return {
      name: column.name,
      field: column.field,
      codec: usable,
      placeholder: placeholder === undefined ? undefined : Buffer.from(placeholder, "utf8"),
      toastFromBytes: isAsLong ? TOAST_FROM_BYTES : 0,
    };
  });
}

/** The places of the key's columns, by their names in the event. */
export function keyColumnsOf(table: TableSpec): ReadonlyMap<string, number> {
  return new Map(
    table.columns.flatMap(({ name, field }, place) => (table.key.includes(name) ? [[field, place]] : [])),
  );
}
