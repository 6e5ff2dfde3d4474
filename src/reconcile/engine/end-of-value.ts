const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const ONES = 0x01010101;
const TOP_BITS = 0x80808080 | 0;

/**
 * Where the JSON value that begins at `at` ends; -1 where it does not end before `end`. Only as strict as is needed to
 * find the end: what is in it is for whoever reads it. Goes four bytes at a time: numbers and texts are gone through in
 * each event, mostly to find what comes behind.
 */
export function endOfValue(view: DataView, at: number, end: number): number {
  if (at >= end) return -1;
  const first = view.getUint8(at);
  if (first === QUOTE) return endOfText(view, at + 1, end);
  if (first === 0x7b || first === 0x5b) return endOfNested(view, at, end);
  let next = at;
  // Digits are 0x30 to 0x39, and nothing that ends a number is between 0x30 and 0x3f.
  while (next + 4 <= end && (view.getInt32(next) & 0xf0f0f0f0) === 0x30303030) next += 4;
  while (next < end && ENDS_PLAIN[view.getUint8(next)] === 0) next++;
  return next === at ? -1 : next;
}

/** By byte, 1 for what ends numbers, true, false and null. */
const ENDS_PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= 0x20 || byte === 0x2c || byte === 0x7d || byte === 0x5d || byte === QUOTE ? 1 : 0,
);

/** @param at behind the quote with which it begins */
function endOfText(view: DataView, at: number, end: number): number {
  let next = at;
  for (;;) {
    while (next + 4 <= end) {
      const word = view.getInt32(next);
      if ((zeroIn(word ^ QUOTES) | zeroIn(word ^ BACKSLASHES)) !== 0) break;
      next += 4;
    }
    if (next >= end) return -1;
    const byte = view.getUint8(next);
    if (byte === QUOTE) return next + 1;
    next += byte === BACKSLASH ? 2 : 1;
  }
}

/** Not 0 where one of the four bytes is 0. */
const zeroIn = (word: number): number => (word - ONES) & ~word & TOP_BITS;

function endOfNested(view: DataView, at: number, end: number): number {
  let depth = 0;
  let next = at;
  while (next < end) {
    const byte = view.getUint8(next);
    if (byte === QUOTE) {
      next = endOfText(view, next + 1, end);
      if (next === -1) return -1;
      continue;
    }
    next++;
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return next;
  }
  return -1;
}

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
