import { daysOf } from "./iso-time.js";
import { utf8Text } from "./json-text.js";
import { parseJson } from "./make-codec.js";

/* The objects that Debezium writes with `time.precision.mode` = `structured`. */

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(bytes: Uint8Array, start: number, end: number): Fields | undefined {
  const value = parseJson(utf8Text(bytes, start, end));
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}

const numberIn = (fields: Fields, name: string): number => {
  const value = fields[name];
  return typeof value === "number" ? value : NaN;
};

const dayIn = (fields: Fields): number =>
  daysOf(numberIn(fields, "year"), numberIn(fields, "month"), numberIn(fields, "day"));

const microsIn = (fields: Fields): number =>
  (numberIn(fields, "hour") * 3600 + numberIn(fields, "minute") * 60 + numberIn(fields, "second")) * 1e6 +
  numberIn(fields, "nanos") / 1000;

/** Days since 1970; infinities are what no date is. */
export function dateOfStruct(bytes: Uint8Array, start: number, end: number): number | undefined {
  const fields = fieldsOf(bytes, start, end);
  if (fields === undefined) return undefined;
  if (fields.specialValue === "POSITIVE_INFINITY") return Infinity;
  if (fields.specialValue === "NEGATIVE_INFINITY") return -Infinity;
  return knownNumber(dayIn(fields));
}

/** In UTC; or the name of an infinity. */
export function momentOfStruct(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly days: number; readonly micros: number } | string | undefined {
  const fields = fieldsOf(bytes, start, end);
  if (fields === undefined) return undefined;
  if (typeof fields.specialValue === "string") return fields.specialValue;
  const micros =
    microsIn(fields) - (fields.offsetSeconds === undefined ? 0 : numberIn(fields, "offsetSeconds") * 1e6);
  const moment = { days: dayIn(fields), micros };
  return Number.isNaN(moment.days + moment.micros) ? undefined : moment;
}

/** Microseconds since midnight, and the seconds that the clock there is ahead of UTC where it has a zone. */
export function timeOfStruct(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly micros: number; readonly offsetSeconds: number } | undefined {
  const fields = fieldsOf(bytes, start, end);
  if (fields === undefined) return undefined;
  const micros = microsIn(fields);
  const offsetSeconds = fields.offsetSeconds === undefined ? 0 : numberIn(fields, "offsetSeconds");
  return Number.isNaN(micros + offsetSeconds) ? undefined : { micros, offsetSeconds };
}

const knownNumber = (number: number): number | undefined => (Number.isNaN(number) ? undefined : number);
