import type { ColumnCodec, ColumnFacts, EventModes } from "../../../src/reconcile/columns/column-codec.js";
import type { CodecOf } from "../../../src/reconcile/engine/table-columns.js";

const PLACEHOLDER = JSON.stringify("__debezium_unavailable_value");

const intCodec: ColumnCodec = {
  expression: (column) => column,
  hashBinary: (bytes, start, _end, hasher) =>
    hasher.whole(0, Buffer.from(bytes.buffer, bytes.byteOffset).readInt32BE(start)),
  hashJson: (bytes, start, end, hasher) => {
    const value = Number(textAt(bytes, start, end));
    if (!Number.isInteger(value)) return false;
    hasher.whole(0, value);
    return true;
  },
  placeholder: undefined,
  caveat: undefined,
  showBinary: (bytes) => String(Buffer.from(bytes).readInt32BE()),
  showJson: (json) => json,
};

const textCodec: ColumnCodec = {
  expression: (column) => column,
  hashBinary: (bytes, start, end, hasher) => hasher.span(bytes, start, end),
  hashJson: (bytes, start, end, hasher) => {
    if (bytes[start] !== 0x22) return false;
    hasher.text(JSON.parse(textAt(bytes, start, end)) as string);
    return true;
  },
  placeholder: PLACEHOLDER,
  caveat: undefined,
  showBinary: (bytes) => Buffer.from(bytes).toString("utf8"),
  showJson: (json) => JSON.parse(json) as string,
};

const textAt = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, end)).toString("utf8");

/** Codecs of two types, so that tests of the engine need none of the others. */
export const testCodecOf: CodecOf = (column) =>
  column.type.name === "int4"
    ? intCodec
    : column.type.name === "text"
      ? textCodec
      : { unsupported: `the tests have no ${column.type.name}` };

export function testColumn(name: string, type: "int4" | "text"): ColumnFacts & { field: string } {
  return {
    name,
    field: name,
    type: {
      schema: "pg_catalog",
      name: type,
      kind: "b",
      category: type === "text" ? "S" : "N",
      isArray: false,
      isDomain: false,
      modifier: -1,
    },
    isNullable: true,
    canBeToasted: type === "text",
    isGenerated: false,
  };
}

export const TEST_MODES: EventModes = {
  timePrecision: "isostring",
  decimalHandling: "string",
  intervalHandling: "string",
  binaryHandling: "base64",
  hstoreHandling: "json",
  moneyFractionDigits: 2,
  unavailablePlaceholder: "__debezium_unavailable_value",
  includesUnknownTypes: false,
  decimalFormat: "base64",
};
