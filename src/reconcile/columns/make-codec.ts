import type { Hasher } from "../hasher.js";
import type { ColumnCodec } from "./column-codec.js";
import { utf8Text } from "./json-text.js";

interface Extras {
  /** The column itself where there is none. */
  readonly expression?: ColumnCodec["expression"];
  readonly caveat?: string | undefined;
}

interface Parts extends Extras, Pick<ColumnCodec, "hashBinary" | "hashJson" | "showBinary" | "showJson"> {}

/**
 * All codecs are made here, with their properties in one order: the engine calls them for every value, and so finds
 * their functions in the same place.
 */
export const makeCodec = ({ hashBinary, hashJson, showBinary, showJson, ...rest }: Parts): ColumnCodec => ({
  expression: rest.expression ?? columnItself,
  hashBinary,
  hashJson,
  placeholder: undefined,
  caveat: rest.caveat,
  showBinary,
  showJson,
});

export const columnItself = (column: string): string => column;

export const asText = (column: string): string => `CAST(${column} AS pg_catalog.text)`;

interface TextParts extends Extras {
  /** The form of both sides, out of COPY's bytes. */
  readonly ofBinary: (bytes: Uint8Array, start: number, end: number) => string;
  /** The same out of the JSON value's text; undefined where it is none of the column's. */
  readonly ofJson: (json: string) => string | undefined;
}

/** For types whose values are put into a text first, that is the same for equal values. */
export const textFormCodec = ({ ofBinary, ofJson, ...rest }: TextParts): ColumnCodec =>
  makeCodec({
    ...rest,
    hashBinary: (bytes, start, end, hasher) => hasher.text(ofBinary(bytes, start, end)),
    hashJson: (bytes, start, end, hasher) => hashForm(ofJson(utf8Text(bytes, start, end)), hasher),
    showBinary: (bytes) => ofBinary(bytes, 0, bytes.length),
    showJson: (json) => ofJson(json) ?? json,
  });

function hashForm(form: string | undefined, hasher: Hasher): boolean {
  if (form === undefined) return false;
  hasher.text(form);
  return true;
}

/** The value of a JSON text; undefined for any other JSON. */
export function jsonText(json: string): string | undefined {
  const value = parseJson(json);
  return typeof value === "string" ? value : undefined;
}

export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
