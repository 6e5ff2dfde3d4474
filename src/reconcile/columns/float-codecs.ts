import type { Hasher } from "../hasher.js";
import type { ColumnCodec } from "./column-codec.js";
import { asBuffer } from "./json-text.js";
import { makeCodec } from "./make-codec.js";

/** A number out of its JSON; NaN and the infinities are texts there. Undefined for anything else. */
export function numberOfJson(json: string): number | undefined {
  if (json.startsWith('"')) return { '"NaN"': NaN, '"Infinity"': Infinity, '"-Infinity"': -Infinity }[json];
  const number = json === "" ? NaN : Number(json);
  return Number.isNaN(number) ? undefined : number;
}

const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * The number of a JSON number's bytes; NaN where it takes more than fifteen digits and a power of ten that a double
 * holds: then a single division or multiplication would not round as it must.
 */
function readShortNumber(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === 0x2d;
  let at = isNegative ? start + 1 : start;
  let digits = 0;
  let count = 0;
  let point = -1;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x2e && point < 0) {
      point = at;
    } else if (byte >= 0x30 && byte <= 0x39) {
      digits = digits * 10 + byte - 0x30;
      count++;
    } else {
      break;
    }
  }
  let power = point < 0 ? 0 : point + 1 - at;
  if ((bytes[at] === 0x45 || bytes[at] === 0x65) && at + 1 < end) {
    const isBelow = bytes[++at] === 0x2d;
    if (isBelow) at++;
    let exponent = 0;
    for (; at < end && exponent < 1000; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return NaN;
      exponent = exponent * 10 + digit;
    }
    power += isBelow ? -exponent : exponent;
  }
  if (at !== end || count === 0 || count > 15 || !(power >= -22 && power <= 22)) return NaN;
  const size = power < 0 ? digits / (POWERS[-power] ?? 1) : digits * (POWERS[power] ?? 1);
  return isNegative ? -size : size;
}

/** As JavaScript writes it, but for `-0`. */
export const numberText = (number: number): string => (Object.is(number, -0) ? "-0" : String(number));

export const doubleAt = (bytes: Uint8Array, at: number): number => asBuffer(bytes).readDoubleBE(at);

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** Numbers are equal bit by bit: `-0` is another than `0`. Only what is no number has many forms. */
export function hashNumber(number: number, hasher: Hasher): void {
  double[0] = Number.isNaN(number) ? NaN : number;
  hasher.whole(words[1] ?? 0, words[0] ?? 0);
}

const floatCodec = (
  read: (bytes: Uint8Array, at: number) => number,
  round: (number: number) => number,
): ColumnCodec =>
  makeCodec({
    hashBinary: (bytes, start, _end, hasher) => hashNumber(read(bytes, start), hasher),
    hashJson: (bytes, start, end, hasher) => {
      let number: number | undefined = readShortNumber(bytes, start, end);
      if (Number.isNaN(number)) number = numberOfJson(asBuffer(bytes).toString("latin1", start, end));
      if (number === undefined) return false;
      hashNumber(round(number), hasher);
      return true;
    },
    showBinary: (bytes) => numberText(read(bytes, 0)),
    showJson: (json) => {
      const number = numberOfJson(json);
      return number === undefined ? json : numberText(round(number));
    },
  });

/** Java writes a number of 32 bits with fewer digits than the nearest one of 64 bits has. */
export const REAL_CODEC = floatCodec((bytes, at) => asBuffer(bytes).readFloatBE(at), Math.fround);

export const DOUBLE_CODEC = floatCodec(doubleAt, (number) => number);
