const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where text without its escapes, and what is decoded, is put: used again by the next value. */
let scratch = new Uint8Array(4096);

/** At least `size` bytes, with what was written before. Valid until the next call. */
export function scratchOf(size: number): Uint8Array {
  if (scratch.length >= size) return scratch;
  const larger = new Uint8Array(Math.max(size, scratch.length * 2));
  larger.set(scratch);
  scratch = larger;
  return scratch;
}

export const isQuoted = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE;

export function hasEscape(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/**
 * Writes the text between `start` and `end` (without its quotes) to the scratch bytes, as UTF-8 without escapes.
 * @returns its length; -1 where an escape is none of JSON's
 */
export function unescape(bytes: Uint8Array, start: number, end: number): number {
  const target = scratchOf(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== BACKSLASH) {
      target[length++] = byte;
      continue;
    }
    at++;
    const escaped = at < end ? (ESCAPED[bytes[at] ?? 0] ?? 0) : 0;
    if (escaped !== 0) {
      target[length++] = escaped;
      continue;
    }
    if (bytes[at] !== 0x75) return -1;
    let code = hexWord(bytes, at + 1, end);
    if (code < 0) return -1;
    at += 4;
    if ((code & 0xfc00) === 0xd800 && bytes[at + 1] === BACKSLASH && bytes[at + 2] === 0x75) {
      const low = hexWord(bytes, at + 3, end);
      if ((low & 0xfc00) === 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
        at += 6;
      }
    }
    length = putCodePoint(target, length, code);
  }
  return length;
}

/** What `\n` and the like stand for, by the byte after the backslash. */
const ESCAPED = new Uint8Array(256);
for (const [escape, meant] of [`""`, "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"] as Iterable<string>) {
  ESCAPED[escape?.charCodeAt(0) ?? 0] = meant?.charCodeAt(0) ?? 0;
}

/** Four hexadecimal digits; -1 where they are not. */
function hexWord(bytes: Uint8Array, start: number, end: number): number {
  if (start + 4 > end) return -1;
  let word = 0;
  for (let at = start; at < start + 4; at++) {
    const digit = HEX_DIGITS[bytes[at] ?? 0] ?? -1;
    if (digit < 0) return -1;
    word = (word << 4) | digit;
  }
  return word;
}

/** The value of each hexadecimal digit by its byte; -1 for what is none. */
export const HEX_DIGITS = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  HEX_DIGITS[text.charCodeAt(0)] = digit;
  HEX_DIGITS[text.toUpperCase().charCodeAt(0)] = digit;
}

function putCodePoint(target: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    target[at++] = code;
  } else if (code < 0x800) {
    target[at++] = 0xc0 | (code >> 6);
    target[at++] = 0x80 | (code & 0x3f);
  } else {
    if (code < 0x10000) {
      target[at++] = 0xe0 | (code >> 12);
    } else {
      target[at++] = 0xf0 | (code >> 18);
      target[at++] = 0x80 | ((code >> 12) & 0x3f);
    }
    target[at++] = 0x80 | ((code >> 6) & 0x3f);
    target[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

let viewed: Uint8Array | undefined;
let view: Buffer = Buffer.alloc(0);

/** The same bytes as a Buffer; the view of the last ones is kept, as many values come out of the same bytes. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  if (viewed !== bytes) {
    viewed = bytes;
    view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return view;
}

export const utf8Text = (bytes: Uint8Array, start: number, end: number): string =>
  asBuffer(bytes).toString("utf8", start, end);

/** Where the JSON value ends that begins at `start`. */
export function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = textEnd(bytes, at, end);
      if (depth === 0) return at;
      continue;
    }
    if (byte === 0x5b || byte === 0x7b) depth++;
    // `]` or `}`: without anything open it ends what the value stands in, as a comma does.
    if (byte === 0x5d || byte === 0x7d) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    }
    if (byte === 0x2c && depth === 0) return at;
    at++;
  }
  return end;
}

function textEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1;
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at + 1, end);
}
