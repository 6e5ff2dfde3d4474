import type { Hasher } from "../hasher.js";
import type { ColumnCodec } from "./column-codec.js";
import { HEX_DIGITS, isQuoted, scratchOf } from "./json-text.js";
import { asText, jsonText, makeCodec } from "./make-codec.js";

const BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_DIGITS = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 64; digit++) BASE64_DIGITS[BASE64_ALPHABET.charCodeAt(digit)] = digit;
BASE64_DIGITS["-".charCodeAt(0)] = 62;
BASE64_DIGITS["_".charCodeAt(0)] = 63;

const PADDING = 0x3d;

/** Both alphabets of base64, with and without padding, into the scratch bytes. @returns how many; -1 where it is none */
function decodeBase64(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && bytes[end - 1] === PADDING) end--;
  const target = scratchOf(((end - start) * 3) >> 2);
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = start; at < end; at++) {
    const digit = BASE64_DIGITS[bytes[at] ?? 0] ?? -1;
    if (digit < 0) return -1;
    bits = ((bits << 6) | digit) & 0xfff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      target[length++] = bits >> held;
    }
  }
  return length;
}

function decodeHex(bytes: Uint8Array, start: number, end: number): number {
  if ((end - start) % 2 !== 0) return -1;
  const target = scratchOf((end - start) >> 1);
  let length = 0;
  for (let at = start; at < end; at += 2) {
    const high = HEX_DIGITS[bytes[at] ?? 0] ?? -1;
    const low = HEX_DIGITS[bytes[at + 1] ?? 0] ?? -1;
    if ((high | low) < 0) return -1;
    target[length++] = (high << 4) | low;
  }
  return length;
}

const hashEncoded =
  (decode: typeof decodeHex) =>
  (bytes: Uint8Array, start: number, end: number, hasher: Hasher): boolean => {
    if (!isQuoted(bytes, start, end)) return false;
    const length = decode(bytes, start + 1, end - 1);
    if (length < 0) return false;
    hasher.span(scratchOf(0), 0, length);
    return true;
  };

const hashBase64 = hashEncoded(decodeBase64);
const hashHex = hashEncoded(decodeHex);

const encodingOf = (binaryHandling: string): "hex" | "base64" =>
  binaryHandling === "hex" ? "hex" : "base64";

/** Bytes, encoded as `binary.handling.mode` says; the JSON converter writes raw ones in base64. */
export const bytesCodec = (binaryHandling: string): ColumnCodec =>
  makeCodec({
    hashBinary: (bytes, start, end, hasher) => hasher.span(bytes, start, end),
    hashJson: encodingOf(binaryHandling) === "hex" ? hashHex : hashBase64,
    showBinary: (bytes) => `\\x${Buffer.from(bytes).toString("hex")}`,
    showJson: (json) => {
      const encoded = jsonText(json);
      if (encoded === undefined) return json;
      return `\\x${Buffer.from(encoded, encodingOf(binaryHandling)).toString("hex")}`;
    },
  });

/** Types that Debezium does not know: the bytes of their text. */
export const opaqueCodec = (binaryHandling: string): ColumnCodec =>
  makeCodec({
    expression: asText,
    hashBinary: (bytes, start, end, hasher) => hasher.span(bytes, start, end),
    hashJson: encodingOf(binaryHandling) === "hex" ? hashHex : hashBase64,
    showBinary: (bytes) => Buffer.from(bytes).toString("utf8"),
    showJson: (json) => {
      const encoded = jsonText(json);
      return encoded === undefined ? json : Buffer.from(encoded, encodingOf(binaryHandling)).toString("utf8");
    },
  });
