const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_N = 0x6e;

/** A field of a JSON object: its name, and where its value is. */
export interface JsonField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Where the JSON value that begins at `at` ends; -1 where it does not end before `end`. Only as strict as is needed to
 * find the end: what is in it is for whoever reads it.
 */
export function endOfValue(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first === QUOTE) return endOfString(bytes, at, end);
  if (first === 0x7b || first === 0x5b) return endOfNested(bytes, at, end);
  let next = at;
  while (next < end) {
    const byte = bytes[next] ?? 0;
    // Numbers, true, false and null: letters, digits, signs and the point.
    if (byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x20 || byte === QUOTE) break;
    next++;
  }
  return next === at ? -1 : next;
}

function endOfString(bytes: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  while (next < end) {
    const byte = bytes[next] ?? 0;
    if (byte === QUOTE) return next + 1;
    next += byte === BACKSLASH ? 2 : 1;
  }
  return -1;
}

function endOfNested(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  let next = at;
  while (next < end) {
    const byte = bytes[next] ?? 0;
    if (byte === QUOTE) {
      next = endOfString(bytes, next, end);
      if (next === -1) return -1;
      continue;
    }
    next++;
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return next;
  }
  return -1;
}

/** The fields of a JSON object, of bytes that are JSON; undefined where it is none. */
export function fieldsOf(bytes: Uint8Array, start: number, end: number): JsonField[] | undefined {
  let at = skipSpace(bytes, start, end);
  if (bytes[at] !== 0x7b) return undefined;
  const fields: JsonField[] = [];
  at = skipSpace(bytes, at + 1, end);
  while (at < end && bytes[at] === QUOTE) {
    const nameEnd = endOfString(bytes, at, end);
    const name = textOf(bytes, at, nameEnd);
    const colon = skipSpace(bytes, nameEnd, end);
    const valueStart = skipSpace(bytes, colon + 1, end);
    const valueEnd = endOfValue(bytes, valueStart, end);
    if (name === undefined || valueEnd === -1) return undefined;
    fields.push({ name, start: valueStart, end: valueEnd });
    at = skipSpace(bytes, valueEnd, end);
    if (bytes[at] === 0x2c) at = skipSpace(bytes, at + 1, end);
  }
  return fields;
}

/** The text of a JSON string, undefined of any other value. */
export function textOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (bytes[start] !== QUOTE) return undefined;
  return JSON.parse(utf8(bytes, start, end)) as string;
}

export function utf8(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}

/** Whether the JSON value is null, of a span that `endOfValue` gave. */
export function isNull(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === LOWER_N && end - start === 4;
}

export function isJson(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    JSON.parse(utf8(bytes, start, end));
    return true;
  } catch {
    return false;
  }
}

/** A whole number without a sign, from its digits; NaN where there are none or others. Exact up to 2^53. */
export function wholeOf(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return NaN;
  let whole = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    whole = whole * 10 + digit;
  }
  return whole;
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (bytes[next] ?? 0) <= 0x20) next++;
  return next;
}
