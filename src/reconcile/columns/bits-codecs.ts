import type { ColumnCodec } from "./column-codec.js";
import { int32At } from "./int64.js";
import { jsonText, makeCodec, textFormCodec } from "./make-codec.js";
import { BOOLEAN_CODEC } from "./whole-codecs.js";

/** COPY has the number of bits, and then them from the left; the events have them from the right, without zeros. */
function bitsAt(bytes: Uint8Array, at: number): string {
  const count = int32At(bytes, at);
  let bits = "";
  for (let bit = 0; bit < count; bit++) {
    bits += ((bytes[at + 4 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) === 0 ? "0" : "1";
  }
  return bits.replace(/^0+/, "");
}

function bitsOfJson(json: string): string | undefined {
  const base64 = jsonText(json);
  if (base64 === undefined) return undefined;
  let bits = "";
  for (const byte of Buffer.from(base64, "base64")) bits = byte.toString(2).padStart(8, "0") + bits;
  return bits.replace(/^0+/, "");
}

const showBits = (bits: string): string => `B'${bits}'`;

const bitsCodec = (caveat?: string): ColumnCodec => {
  const codec = textFormCodec({ caveat, ofBinary: bitsAt, ofJson: bitsOfJson });
  return makeCodec({
    ...codec,
    showBinary: (bytes) => showBits(bitsAt(bytes, 0)),
    showJson: (json) => {
      const bits = bitsOfJson(json);
      return bits === undefined ? json : showBits(bits);
    },
  });
};

/** `bit(n)`: all have the same number of bits. */
export const BITS_CODEC = bitsCodec();

export const VARBIT_CODEC = bitsCodec("the events leave out zeros on the left");

/** One bit is true or false in the events. */
export const BIT_CODEC = makeCodec({
  ...BOOLEAN_CODEC,
  hashBinary: (bytes, start, _end, hasher) => hasher.whole(0, (bytes[start + 4] ?? 0) >> 7),
  showBinary: (bytes) => String((bytes[4] ?? 0) >> 7 === 1),
});
