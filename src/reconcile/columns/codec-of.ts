import { arrayCodec } from "./array-codec.js";
import { BIT_CODEC, BITS_CODEC, VARBIT_CODEC } from "./bits-codecs.js";
import { bytesCodec, opaqueCodec } from "./bytes-codec.js";
import { timeCodec, timeOfArrayCodec, timetzCodec } from "./clock-codecs.js";
import type { ColumnCodec, ColumnFacts, ColumnType, EventModes } from "./column-codec.js";
import { DOUBLE_CODEC, REAL_CODEC } from "./float-codecs.js";
import { GEOMETRY_CODECS } from "./geometry-codecs.js";
import { HSTORE_CODEC } from "./hstore-codec.js";
import { intervalCodec } from "./interval-codec.js";
import { moneyCodec, numericCodec } from "./numeric-codecs.js";
import { placeholderOf } from "./placeholder.js";
import { TSTZRANGE_CODEC } from "./range-codecs.js";
import {
  CAST_TEXT_CODEC,
  INET_CODEC,
  JSONB_CODEC,
  TEXT_CODEC,
  UUID_CODEC,
  XML_CODEC,
} from "./text-codecs.js";
import { dateCodec, timestampCodec, timestamptzCodec } from "./time-codecs.js";
import { BIGINT_CODEC, BOOLEAN_CODEC, INTEGER_CODEC, OID_CODEC, SMALLINT_CODEC } from "./whole-codecs.js";

export interface Unsupported {
  /** Why the column cannot be compared, for a person: "Debezium sends NULL for it". */
  readonly unsupported: string;
}

/** Types of PostgreSQL's own that are written in one way, by their names. */
const BUILT_IN: Readonly<Record<string, ColumnCodec>> = {
  int2: SMALLINT_CODEC,
  int4: INTEGER_CODEC,
  int8: BIGINT_CODEC,
  oid: OID_CODEC,
  bool: BOOLEAN_CODEC,
  float4: REAL_CODEC,
  float8: DOUBLE_CODEC,
  text: TEXT_CODEC,
  varchar: TEXT_CODEC,
  bpchar: TEXT_CODEC,
  char: CAST_TEXT_CODEC,
  json: TEXT_CODEC,
  jsonb: JSONB_CODEC,
  xml: XML_CODEC,
  uuid: UUID_CODEC,
  inet: INET_CODEC,
  cidr: CAST_TEXT_CODEC,
  macaddr: CAST_TEXT_CODEC,
  macaddr8: CAST_TEXT_CODEC,
  int4range: CAST_TEXT_CODEC,
  int8range: CAST_TEXT_CODEC,
  numrange: CAST_TEXT_CODEC,
  tsrange: CAST_TEXT_CODEC,
  tstzrange: TSTZRANGE_CODEC,
  daterange: CAST_TEXT_CODEC,
  tsvector: CAST_TEXT_CODEC,
  ...GEOMETRY_CODECS,
};

/** Types of extensions that Debezium knows, in whatever schema they are. */
const OF_EXTENSIONS: Readonly<Record<string, ColumnCodec>> = {
  citext: TEXT_CODEC,
  ltree: CAST_TEXT_CODEC,
  isbn: CAST_TEXT_CODEC,
  hstore: HSTORE_CODEC,
};

/** Debezium knows these, and writes them in forms of their own, which are not compared yet. */
const OTHER_FORMS = ["geometry", "geography", "vector", "halfvec", "sparsevec"];

/** How the values of a column are compared; or why they are not. */
export function codecOf({ type, canBeToasted }: ColumnFacts, modes: EventModes): ColumnCodec | Unsupported {
  const codec = type.isArray ? arrayCodecOf(type, modes) : scalarCodec(type, modes);
  if ("unsupported" in codec || !canBeToasted) return codec;
  return { ...codec, placeholder: placeholderOf(type, modes) };
}

function arrayCodecOf(type: ColumnType, modes: EventModes): ColumnCodec | Unsupported {
  if (type.schema === "pg_catalog" && ARRAYS_OF_NULL.includes(type.name)) {
    return { unsupported: `Debezium sends NULL for arrays of ${type.name}` };
  }
  // Of arrays of these Debezium makes nothing, whatever its settings are.
  if (type.schema === "pg_catalog" && ARRAYS_LEFT_OUT.includes(type.name))
    return leftOut(`arrays of ${type.name}`);
  const isTime = type.schema === "pg_catalog" && type.name === "time";
  const element = isTime ? timeOfArrayCodec(modes.timePrecision, type.modifier) : scalarCodec(type, modes);
  return "unsupported" in element ? element : arrayCodec(element);
}

const ARRAYS_OF_NULL = ["bit", "box", "circle", "line", "lseg", "path", "polygon"];
const ARRAYS_LEFT_OUT = ["money", "name", "interval", "varbit", "xml", "point", "refcursor"];

function scalarCodec(type: ColumnType, modes: EventModes): ColumnCodec | Unsupported {
  if (type.kind === "e") return TEXT_CODEC;
  if (type.schema === "pg_catalog") {
    const codec = BUILT_IN[type.name] ?? codecByModes(type, modes);
    if (codec !== undefined) return codec;
  } else {
    const codec = type.kind === "b" ? OF_EXTENSIONS[type.name] : undefined;
    if (codec !== undefined) return codec;
    if (OTHER_FORMS.includes(type.name)) return { unsupported: `${type.name} is not compared` };
  }
  return modes.includesUnknownTypes
    ? opaqueCodec(modes.binaryHandling)
    : leftOut(`columns of type ${type.name}`);
}

const leftOut = (what: string): Unsupported => ({ unsupported: `Debezium leaves out ${what}` });

function codecByModes(type: ColumnType, modes: EventModes): ColumnCodec | Unsupported | undefined {
  switch (type.name) {
    case "numeric":
      return numericCodec(modes, type.modifier);
    case "money":
      return moneyCodec(modes);
    case "bytea":
      return bytesCodec(modes.binaryHandling);
    case "date":
      return dateCodec(modes.timePrecision);
    case "time":
      return timeCodec(modes.timePrecision, type.modifier);
    case "timetz":
      return timetzCodec(modes.timePrecision);
    case "timestamp":
      return timestampCodec(modes.timePrecision, type.modifier);
    case "timestamptz":
      return timestamptzCodec(modes.timePrecision);
    case "interval":
      return intervalCodec(modes);
    case "bit":
      return type.modifier === 1 ? BIT_CODEC : BITS_CODEC;
    case "varbit":
      return type.modifier === 1 ? BIT_CODEC : VARBIT_CODEC;
    case "name":
      // In a snapshot it is there; a change has NULL for it, unless unknown types are included.
      return modes.includesUnknownTypes
        ? TEXT_CODEC
        : { unsupported: "Debezium sends NULL for columns of type name" };
    case "int2vector":
    case "oidvector":
      return { unsupported: `Debezium sends empty arrays for ${type.name}` };
    default:
      return undefined;
  }
}
