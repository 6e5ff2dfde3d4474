import type { ColumnCodec, EventModes } from "./column-codec.js";
import { bigIntAt, int32At } from "./int64.js";
import { jsonText, parseJson, textFormCodec } from "./make-codec.js";

/** As the driver of Debezium takes PostgreSQL's text apart. Every part has a sign of its own. */
interface Interval {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  /** Of the seconds, with their fraction. */
  readonly micros: number;
}

function intervalAt(bytes: Uint8Array, at: number): Interval {
  const micros = bigIntAt(bytes, at);
  const months = int32At(bytes, at + 12);
  return {
    years: Math.trunc(months / 12),
    months: months % 12,
    days: int32At(bytes, at + 8),
    hours: Number(micros / 3_600_000_000n),
    minutes: Number((micros / 60_000_000n) % 60n),
    micros: Number(micros % 60_000_000n),
  };
}

const DAYS_PER_MONTH = 365.25 / 12;

/**
 * Debezium's microseconds of an interval: it counts with doubles, and a month as a twelfth of a year. The same steps
 * in the same order give the same number.
 */
function durationMicros({ years, months, days, hours, minutes, micros }: Interval): string {
  const wholeSeconds = Math.trunc(micros / 1e6);
  const seconds = wholeSeconds + (micros % 1e6) / 1e6;
  const allDays = (years * 12 + months) * DAYS_PER_MONTH + days;
  const allSeconds = ((allDays * 24 + hours) * 60 + minutes) * 60 + seconds;
  const all = BigInt(Math.trunc(allSeconds * 1e6));
  const most = 0x7fffffffffffffffn;
  return String(all > most ? most : all < -most - 1n ? -most - 1n : all);
}

function secondsText(micros: number): string {
  const digits = String(Math.abs(micros)).padStart(7, "0");
  const fraction = digits.slice(-6).replace(/0+$/, "");
  return `${micros < 0 ? "-" : ""}${digits.slice(0, -6)}${fraction === "" ? "" : `.${fraction}`}`;
}

const isoText = ({ years, months, days, hours, minutes, micros }: Interval): string =>
  `P${years}Y${months}M${days}DT${hours}H${minutes}M${secondsText(micros)}S`;

function isoOfStruct(json: string): string | undefined {
  const value = parseJson(json);
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, number>;
  const {
    years = NaN,
    months = NaN,
    days = NaN,
    hours = NaN,
    minutes = NaN,
    seconds = NaN,
    nanos = NaN,
  } = fields;
  return isoText({ years, months, days, hours, minutes, micros: seconds * 1e6 + nanos / 1000 });
}

export function intervalCodec({ timePrecision, intervalHandling }: EventModes): ColumnCodec {
  if (timePrecision === "structured") {
    return textFormCodec({
      ofBinary: (bytes, start) => isoText(intervalAt(bytes, start)),
      ofJson: isoOfStruct,
    });
  }
  if (intervalHandling === "string") {
    return textFormCodec({ ofBinary: (bytes, start) => isoText(intervalAt(bytes, start)), ofJson: jsonText });
  }
  return textFormCodec({
    caveat: "the events have a number of microseconds, with a month as a twelfth of 365.25 days",
    ofBinary: (bytes, start) => durationMicros(intervalAt(bytes, start)),
    ofJson: (json) => (/^-?\d+$/.test(json) ? json : undefined),
  });
}
