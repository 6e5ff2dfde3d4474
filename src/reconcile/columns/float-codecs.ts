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
      const number = numberOfJson(asBuffer(bytes).toString("latin1", start, end));
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
