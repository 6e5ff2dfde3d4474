import { endOfValue, viewOf } from "./end-of-value.js";

const QUOTE = 0x22;
const LOWER_N = 0x6e;

/** A field of a JSON object: its name, and where its value is. */
export interface JsonField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The fields of a JSON object, of bytes that are JSON; undefined where it is none. */
export function fieldsOf(bytes: Uint8Array, start: number, end: number): JsonField[] | undefined {
  const view = viewOf(bytes);
  let at = skipSpace(bytes, start, end);
  if (bytes[at] !== 0x7b) return undefined;
  const fields: JsonField[] = [];
  at = skipSpace(bytes, at + 1, end);
  while (at < end && bytes[at] === QUOTE) {
    const nameEnd = endOfValue(view, at, end);
    const name = textOf(bytes, at, nameEnd);
    const colon = skipSpace(bytes, nameEnd, end);
    const valueStart = skipSpace(bytes, colon + 1, end);
    const valueEnd = endOfValue(view, valueStart, end);
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
  // The last nine digits by themselves: as many as need no floating point, which takes twice the time.
  const split = Math.max(start, end - 9);
  let upper = 0;
  for (let at = start; at < split; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    upper = upper * 10 + digit;
  }
  let lower = 0;
  for (let at = split; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    lower = lower * 10 + digit;
  }
  return upper * 1_000_000_000 + lower;
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next < end && (bytes[next] ?? 0) <= 0x20) next++;
  return next;
}
