import type { Hasher } from "../hasher.js";
import type { ColumnCodec } from "./column-codec.js";
import { hasEscape, HEX_DIGITS, isQuoted, scratchOf, unescape, utf8Text } from "./json-text.js";
import { asText, jsonText, makeCodec } from "./make-codec.js";

/** Text in JSON, without its quotes and escapes. */
function hashTextJson(bytes: Uint8Array, start: number, end: number, hasher: Hasher): boolean {
  if (!isQuoted(bytes, start, end)) return false;
  if (!hasEscape(bytes, start + 1, end - 1)) {
    hasher.span(bytes, start + 1, end - 1);
    return true;
  }
  const length = unescape(bytes, start + 1, end - 1);
  if (length < 0) return false;
  hasher.span(scratchOf(0), 0, length);
  return true;
}

const showTextJson = (json: string): string => jsonText(json) ?? json;

const textCodec = (expression?: ColumnCodec["expression"]): ColumnCodec =>
  makeCodec({
    ...(expression === undefined ? {} : { expression }),
    hashBinary: (bytes, start, end, hasher) => hasher.span(bytes, start, end),
    hashJson: hashTextJson,
    showBinary: (bytes) => utf8Text(bytes, 0, bytes.length),
    showJson: showTextJson,
  });

/** Types whose binary form is their text. */
export const TEXT_CODEC = textCodec();

/** Types whose text says more than their binary form. */
export const CAST_TEXT_CODEC = textCodec(asText);

/** A cast to text would add `/32` to an address, and keep the declaration of a document: what is printed is meant. */
export const INET_CODEC = textCodec((column) => `pg_catalog.textin(pg_catalog.inet_out(${column}))`);
export const XML_CODEC = textCodec((column) => `pg_catalog.textin(pg_catalog.xml_out(${column}))`);

/** A byte with the format's version stands before the text. */
export const JSONB_CODEC = makeCodec({
  hashBinary: (bytes, start, end, hasher) => hasher.span(bytes, start + 1, end),
  hashJson: hashTextJson,
  showBinary: (bytes) => utf8Text(bytes, 1, bytes.length),
  showJson: showTextJson,
});

const HYPHEN = 0x2d;

export const UUID_CODEC = makeCodec({
  hashBinary: (bytes, start, end, hasher) => hasher.span(bytes, start, end),
  hashJson: (bytes, start, end, hasher) => {
    if (end - start !== 38 || !isQuoted(bytes, start, end)) return false;
    const target = scratchOf(16);
    let at = start + 1;
    for (let byte = 0; byte < 16; byte++) {
      if (bytes[at] === HYPHEN) at++;
      const high = HEX_DIGITS[bytes[at++] ?? 0] ?? -1;
      const low = HEX_DIGITS[bytes[at++] ?? 0] ?? -1;
      if ((high | low) < 0) return false;
      target[byte] = (high << 4) | low;
    }
    if (at !== end - 1) return false;
    hasher.span(target, 0, 16);
    return true;
  },
  showBinary: (bytes) =>
    Buffer.from(bytes)
      .toString("hex")
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"),
  showJson: showTextJson,
});
