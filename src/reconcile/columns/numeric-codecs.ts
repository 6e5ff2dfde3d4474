import type { ColumnCodec, EventModes } from "./column-codec.js";
import { hashNumber, numberOfJson, numberText } from "./float-codecs.js";
import { int16At } from "./int64.js";
import { isQuoted, scratchOf, utf8Text } from "./json-text.js";
import { columnItself, jsonText, makeCodec, parseJson, textFormCodec } from "./make-codec.js";

const ZERO = 0x30;

/**
 * Writes the digits of a numeric in COPY's form to the scratch bytes, as PostgreSQL prints them: groups of four decimal
 * digits, the weight of the first, the sign, how many digits stand behind the point.
 * @returns how many bytes
 */
function printNumeric(bytes: Uint8Array, start: number): number {
  const groups = int16At(bytes, start);
  const weight = int16At(bytes, start + 2);
  const sign = int16At(bytes, start + 4) & 0xffff;
  const scale = int16At(bytes, start + 6);
  if (sign === 0xc000) return printWord("NaN");
  if (sign === 0xd000) return printWord("Infinity");
  if (sign === 0xf000) return printWord("-Infinity");
  const target = scratchOf(Math.max(weight + 1, 1) * 4 + scale + 8);
  let length = 0;
  if (sign === 0x4000) target[length++] = 0x2d;
  if (weight < 0) {
    target[length++] = ZERO;
  } else {
    for (let index = 0; index <= weight; index++) {
      const group = index < groups ? int16At(bytes, start + 8 + index * 2) : 0;
      if (index > 0 || group >= 1000) target[length++] = ZERO + Math.floor(group / 1000);
      if (index > 0 || group >= 100) target[length++] = ZERO + (Math.floor(group / 100) % 10);
      if (index > 0 || group >= 10) target[length++] = ZERO + (Math.floor(group / 10) % 10);
      target[length++] = ZERO + (group % 10);
    }
  }
  if (scale === 0) return length;
  target[length++] = 0x2e;
  const end = length + scale;
  for (let index = weight + 1; length < end; index++) {
    const group = index >= 0 && index < groups ? int16At(bytes, start + 8 + index * 2) : 0;
    target[length++] = ZERO + Math.floor(group / 1000);
    target[length++] = ZERO + (Math.floor(group / 100) % 10);
    target[length++] = ZERO + (Math.floor(group / 10) % 10);
    target[length++] = ZERO + (group % 10);
  }
  return end;
}

function printWord(word: string): number {
  const target = scratchOf(word.length);
  for (let at = 0; at < word.length; at++) target[at] = word.charCodeAt(at);
  return word.length;
}

function numericText(bytes: Uint8Array, start: number): string {
  const length = printNumeric(bytes, start);
  return Buffer.from(scratchOf(0).buffer, 0, length).toString("latin1");
}

const JAVA_WORDS: Readonly<Record<string, string>> = {
  NAN: "NaN",
  POSITIVE_INFINITY: "Infinity",
  NEGATIVE_INFINITY: "-Infinity",
};

/** As text, digit by digit with the zeros at the end. */
const EXACT_TEXT_CODEC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => {
    const length = printNumeric(bytes, start);
    hasher.span(scratchOf(0), 0, length);
  },
  hashJson: (bytes, start, end, hasher) => {
    if (!isQuoted(bytes, start, end)) return false;
    const first = bytes[start + 1] ?? 0;
    const second = bytes[start + 2] ?? 0;
    // A letter begins one of Java's words, also behind a sign.
    if (first > 0x39 || second > 0x39) {
      const word = utf8Text(bytes, start + 1, end - 1);
      hasher.text(JAVA_WORDS[word] ?? word);
      return true;
    }
    hasher.span(bytes, start + 1, end - 1);
    return true;
  },
  showBinary: (bytes) => numericText(bytes, 0),
  showJson: (json) => {
    const text = jsonText(json) ?? json;
    return JAVA_WORDS[text] ?? text;
  },
});

/** Without the zeros that mean nothing: `1.10` is `1.1`, and `-0.0` is `0`. */
export function plainDecimal(text: string): string {
  const cut = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return cut === "-0" || cut === "" || cut === "-" ? "0" : cut;
}

/** The decimal of a whole number whose last `scale` digits stand behind the point. */
export function decimalOf(unscaled: bigint, scale: number): string {
  if (scale <= 0) return plainDecimal(String(unscaled * 10n ** BigInt(-scale)));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  return plainDecimal(`${unscaled < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`);
}

/** Of the bytes of Java's BigInteger. */
function bigIntegerOf(base64: string): bigint {
  const bytes = Buffer.from(base64, "base64");
  const hex = bytes.toString("hex");
  return hex === "" ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
}

/** A JSON number, also with an exponent, as a plain decimal. */
function decimalOfNumber(json: string): string | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,5}))?$/.exec(json);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  return decimalOf(BigInt(`${sign}${whole}${fraction}`), fraction.length - Number(exponent));
}

/**
 * What Kafka Connect calls a Decimal. Its scale is in the schema, which may not be sent: it is the column's; where
 * that has none the event holds an object with the scale in it.
 */
const preciseOf =
  (scale: number | undefined, format: string) =>
  (json: string): string | undefined => {
    if (json.startsWith("{")) {
      const value = parseJson(json) as { scale?: unknown; value?: unknown } | undefined;
      if (typeof value?.scale !== "number" || typeof value.value !== "string") return undefined;
      return decimalOf(bigIntegerOf(value.value), value.scale);
    }
    if (format === "numeric") return decimalOfNumber(json);
    const base64 = jsonText(json);
    return base64 === undefined || scale === undefined ? undefined : decimalOf(bigIntegerOf(base64), scale);
  };

/** Digits behind the point of `numeric(p,s)`; undefined where the column has no precision. */
export const scaleOf = (modifier: number): number | undefined =>
  modifier < 4 ? undefined : (modifier - 4) & 0x7ff;

const HALF_SCALE = 0x400;

const asDoubleCodec = (expression: ColumnCodec["expression"]): ColumnCodec =>
  makeCodec({
    expression,
    caveat: "the events have about 16 digits",
    hashBinary: (bytes, start, _end, hasher) => hashNumber(Number(numericText(bytes, start)), hasher),
    hashJson: (bytes, start, end, hasher) => {
      const number = numberOfJson(utf8Text(bytes, start, end));
      if (number === undefined) return false;
      hashNumber(number, hasher);
      return true;
    },
    showBinary: (bytes) => numberText(Number(numericText(bytes, 0))),
    showJson: (json) => {
      const number = numberOfJson(json);
      return number === undefined ? json : numberText(number);
    },
  });

/** @param modifier the column's `atttypmod` */
export function numericCodec(modes: EventModes, modifier: number): ColumnCodec {
  const scale = scaleOf(modifier);
  if (modes.decimalHandling === "double") return asDoubleCodec(columnItself);
  if (modes.decimalHandling === "string") {
    if (scale === undefined || scale < HALF_SCALE) return EXACT_TEXT_CODEC;
    // Of `numeric(5,-2)` Debezium takes the scale for one of two thousand digits, and writes as many zeros.
    return textFormCodec({
      ofBinary: (bytes, start) => plainDecimal(numericText(bytes, start)),
      ofJson: (json) => {
        const text = jsonText(json);
        return text === undefined ? undefined : (JAVA_WORDS[text] ?? plainDecimal(text));
      },
    });
  }
  return textFormCodec({
    ofBinary: (bytes, start) => plainDecimal(numericText(bytes, start)),
    ofJson: preciseOf(scale, modes.decimalFormat),
  });
}

/** Money, compared as the number that it is; how many digits it has is for the server's locale to say. */
export function moneyCodec(modes: EventModes): ColumnCodec {
  const expression = (column: string): string => `CAST(${column} AS pg_catalog.numeric)`;
  if (modes.decimalHandling === "double") return asDoubleCodec(expression);
  if (modes.decimalHandling === "string") return { ...EXACT_TEXT_CODEC, expression };
  const digits = modes.moneyFractionDigits;
  return textFormCodec({
    expression,
    ...(digits < 2 ? { caveat: `the events have ${digits} digits behind the point` } : {}),
    ofBinary: (bytes, start) => roundDecimal(numericText(bytes, start), digits),
    ofJson: preciseOf(digits, modes.decimalFormat),
  });
}

/** Rounds away from zero where it is half, as Debezium does. */
function roundDecimal(text: string, digits: number): string {
  const [whole = "", fraction = ""] = text.split(".");
  if (fraction.length <= digits) return plainDecimal(text);
  const kept = BigInt(`${whole}${fraction.slice(0, digits)}`);
  const isUp = (fraction[digits] ?? "0") >= "5";
  const unit = text.startsWith("-") ? -1n : 1n;
  return decimalOf(isUp ? kept + unit : kept, digits);
}
