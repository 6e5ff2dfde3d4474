import type { Hasher } from "../hasher.js";
import { bigIntAt, int16At, int32At, int64, readDigits } from "./int64.js";
import { makeCodec } from "./make-codec.js";

/** Whole numbers stand in JSON as their decimal digits. */
function hashWholeJson(bytes: Uint8Array, start: number, end: number, hasher: Hasher): boolean {
  if (!readDigits(bytes, start, end)) return false;
  hasher.whole(int64.high, int64.low);
  return true;
}

const showJson = (json: string): string => json;

export const SMALLINT_CODEC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => {
    const value = int16At(bytes, start);
    hasher.whole(value >> 31, value);
  },
  hashJson: hashWholeJson,
  showBinary: (bytes) => String(int16At(bytes, 0)),
  showJson,
});

export const INTEGER_CODEC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => {
    const value = int32At(bytes, start);
    hasher.whole(value >> 31, value);
  },
  hashJson: hashWholeJson,
  showBinary: (bytes) => String(int32At(bytes, 0)),
  showJson,
});

export const BIGINT_CODEC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => hasher.whole(int32At(bytes, start), int32At(bytes, start + 4)),
  hashJson: hashWholeJson,
  showBinary: (bytes) => String(bigIntAt(bytes, 0)),
  showJson,
});

/** Of 32 bits without a sign. */
export const OID_CODEC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => hasher.whole(0, int32At(bytes, start)),
  hashJson: hashWholeJson,
  showBinary: (bytes) => String(int32At(bytes, 0) >>> 0),
  showJson,
});

const TRUE = 0x74;
const FALSE = 0x66;

export const BOOLEAN_CODEC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => hasher.whole(0, bytes[start] ?? 0),
  hashJson: (bytes, start, _end, hasher) => {
    const first = bytes[start];
    if (first !== TRUE && first !== FALSE) return false;
    hasher.whole(0, first === TRUE ? 1 : 0);
    return true;
  },
  showBinary: (bytes) => String(bytes[0] === 1),
  showJson,
});
