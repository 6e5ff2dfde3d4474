/** A number as it is written, so that none is rounded. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Decimals come as text, and so do whole numbers that JavaScript would round; 007 is none. */
const NUMBER_AS_TEXT = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/;

/**
 * Compares as SQL would: numbers by their value, whatever they are written as, the rest as text. An event does not
 * tell a decimal from a text that looks like one: two that both do are numbers.
 * @returns below 0, 0 or above 0; null where there is no answer: one is null, or a number meets what is none
 */
export function compareValues(one: unknown, other: unknown): number | null {
  if (one === null || one === undefined || other === null || other === undefined) return null;
  if (isNumber(one) || isNumber(other) || (looksLikeNumber(one) && looksLikeNumber(other))) {
    return compareDecimals(textOf(one), textOf(other));
  }
  const [a, b] = [textOf(one), textOf(other)];
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A value as text: a text as it is, a number as it was written, the rest as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value instanceof NumberText ? value.text : JSON.stringify(value);
}

const isNumber = (value: unknown): boolean => typeof value === "number" || value instanceof NumberText;
const looksLikeNumber = (value: unknown): boolean => typeof value === "string" && NUMBER_AS_TEXT.test(value);

/** Null where one of them is no number. */
function compareDecimals(one: string, other: string): number | null {
  const [a, b] = [decimalOf(one), decimalOf(other)];
  if (a === undefined || b === undefined) return null;
  const scale = Math.max(a.scale, b.scale);
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

interface Decimal {
  readonly digits: bigint;
  /** How many of the digits are behind the point. */
  readonly scale: number;
}

function decimalOf(text: string): Decimal | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = DECIMAL.exec(text.trim()) ?? [];
  if (whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  return { digits: sign === "-" ? -digits : digits, scale: fraction.length - Number(exponent) };
}

const scaled = ({ digits, scale }: Decimal, to: number): bigint => digits * 10n ** BigInt(to - scale);
