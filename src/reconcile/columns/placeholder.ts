import { createHash } from "node:crypto";

import type { ColumnType, EventModes } from "./column-codec.js";

/**
 * How a value that an update left alone stands in an event, where PostgreSQL keeps it apart from the row and did not
 * send it: JSON as the converter writes it. Undefined where Debezium has no such value for the type: then it writes
 * NULL, and in a column that may not be NULL the connector fails.
 */
export function placeholderOf(type: ColumnType, modes: EventModes): string | undefined {
  const bytes = placeholderBytes(modes.unavailablePlaceholder);
  const text = quote(bytes.toString("utf8"));
  return type.isArray ? ofArray(type, modes, bytes, text) : ofScalar(type, modes, bytes, text);
}

/** The setting may be `hex:` and digits. */
function placeholderBytes(setting: string): Buffer {
  return setting.startsWith("hex:") ? Buffer.from(setting.slice(4), "hex") : Buffer.from(setting, "utf8");
}

function ofScalar(type: ColumnType, modes: EventModes, bytes: Buffer, text: string): string | undefined {
  if (type.name === "hstore" && type.schema !== "pg_catalog") return ofHstore(type, modes, text);
  if (type.schema !== "pg_catalog")
    return KNOWN_ELSEWHERE.includes(type.name) ? text : ofBytes(modes, bytes, text);
  if (type.name === "numeric") return modes.decimalHandling === "string" ? text : undefined;
  if (type.name === "bytea" || UNKNOWN_HERE.includes(type.name)) return ofBytes(modes, bytes, text);
  return WITHOUT.includes(type.name) ? undefined : text;
}

/** Types of extensions that are texts. */
const KNOWN_ELSEWHERE = ["citext", "ltree", "isbn"];

/** PostgreSQL's own that Debezium does not know: bytes, where they are sent at all. */
const UNKNOWN_HERE = [
  "tsquery",
  "jsonpath",
  "int4multirange",
  "int8multirange",
  "nummultirange",
  "datemultirange",
  "tsmultirange",
  "tstzmultirange",
];

const WITHOUT = ["bit", "varbit", "path", "polygon"];

function ofBytes({ binaryHandling }: EventModes, bytes: Buffer, text: string): string | undefined {
  if (binaryHandling === "bytes") return quote(bytes.toString("base64"));
  return binaryHandling === "hex" ? text : undefined;
}

/** One pair, of the same text twice. A domain's name is not known there. */
function ofHstore(type: ColumnType, modes: EventModes, text: string): string | undefined {
  const isMap = modes.hstoreHandling === "map";
  if (type.isDomain) return isMap ? undefined : text;
  const pair = `{${text}:${text}}`;
  return isMap ? pair : quote(pair);
}

function ofArray(type: ColumnType, modes: EventModes, bytes: Buffer, text: string): string | undefined {
  if (type.isDomain || type.schema !== "pg_catalog") return undefined;
  switch (type.name) {
    case "text":
    case "varchar":
    case "bpchar":
    case "json":
    case "jsonb":
      return `[${text}]`;
    case "bytea":
      return modes.binaryHandling === "bytes" ? `[${quote(bytes.toString("base64"))}]` : undefined;
    case "int4":
    case "int8":
      return signedBytes(bytes);
    case "date":
      return ["connect", "isostring", "structured"].includes(modes.timePrecision)
        ? undefined
        : signedBytes(bytes);
    case "uuid":
      return `[${quote(nameUuid(bytes))}]`;
    default:
      return undefined;
  }
}

const signedBytes = (bytes: Buffer): string => `[${Array.from(new Int8Array(bytes)).join(",")}]`;

/** As Java makes a UUID of a name. */
function nameUuid(bytes: Buffer): string {
  const digest = createHash("md5").update(bytes).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x30;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return digest.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A JSON text as Jackson writes it: as JavaScript, but for the case of hexadecimal digits and the larger characters. */
function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`)
    .replace(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16).toUpperCase()}`);
}
