import type { Hasher } from "../hasher.js";
import type { ColumnCodec } from "./column-codec.js";
import { EPOCH_DAYS, isInfinite, setFromDays, setSinceEpoch, showDay, showMoment } from "./epoch.js";
import { bigIntOf, int32At, int64, readDigits } from "./int64.js";
import { moment, readDate, readDateTime } from "./iso-time.js";
import { isQuoted, utf8Text } from "./json-text.js";
import { makeCodec } from "./make-codec.js";
import { dateOfStruct, momentOfStruct } from "./time-structs.js";

/** The first and the last day of PostgreSQL's, since 1970. */
const FIRST_DAY = -2_440_588;
const LAST_DAY = 2_145_042_905;

const INFINITE_DAY = 0x7fffffff;

/**
 * What Debezium has for the infinities, cut to 32 bits: in the stream, and in a snapshot, where the time zone of the
 * worker may move it by a day. None is a day that PostgreSQL has.
 */
const FUTURE_DAYS = [2_146_033_979, -622_191_234];
const PAST_DAYS = [-2_147_472_691, -625_821_272];

function knownDay(day: number): number {
  if (day >= FIRST_DAY && day <= LAST_DAY) return day;
  const cut = Math.abs(day) === Infinity ? day : day | 0;
  const isNear = (other: number): boolean => Math.abs(cut - other) <= 2;
  if (cut === Infinity || FUTURE_DAYS.some(isNear)) return INFINITE_DAY;
  return cut === -Infinity || PAST_DAYS.some(isNear) ? -INFINITE_DAY : cut;
}

function hashDay(day: number, hasher: Hasher): void {
  hasher.whole(day >> 31, day);
}

function dayAt(bytes: Uint8Array, at: number): number {
  const day = int32At(bytes, at);
  if (day === 0x7fffffff) return INFINITE_DAY;
  return day === -0x80000000 ? -INFINITE_DAY : day + EPOCH_DAYS;
}

const showKnownDay = (day: number): string =>
  day === INFINITE_DAY ? "infinity" : day === -INFINITE_DAY ? "-infinity" : showDay(day);

/** A date: days since 1970 but for two modes. */
export function dateCodec(timePrecision: string): ColumnCodec {
  const dayOfJson =
    timePrecision === "isostring" ? isoDay : timePrecision === "structured" ? dateOfStruct : epochDay;
  return makeCodec({
    hashBinary: (bytes, start, _end, hasher) => hashDay(dayAt(bytes, start), hasher),
    hashJson: (bytes, start, end, hasher) => {
      const day = dayOfJson(bytes, start, end);
      if (day === undefined) return false;
      hashDay(knownDay(day), hasher);
      return true;
    },
    showBinary: (bytes) => showKnownDay(dayAt(bytes, 0)),
    showJson: (json) => {
      const bytes = Buffer.from(json);
      const day = dayOfJson(bytes, 0, bytes.length);
      return day === undefined ? json : showKnownDay(knownDay(day));
    },
  });
}

function epochDay(bytes: Uint8Array, start: number, end: number): number | undefined {
  return readDigits(bytes, start, end) ? int64.high * 4_294_967_296 + (int64.low >>> 0) : undefined;
}

function isoDay(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (!isQuoted(bytes, start, end)) return undefined;
  return readDate(bytes, start + 1, end - 1) < 0 ? undefined : moment.days;
}

type ReadMoment = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Puts infinities to the ends of 64 bits. */
function setInfinity(isPositive: boolean): true {
  int64.high = isPositive ? 0x7fffffff : -0x80000000;
  int64.low = isPositive ? -1 : 0;
  return true;
}

/**
 * A moment, compared in whole units of `unitMicros` since 1970. A comparison in milliseconds rounds down, as Java does.
 */
function momentCodec(unitMicros: 1 | 1000, readJson: ReadMoment, caveat?: string): ColumnCodec {
  const setBinary = (bytes: Uint8Array, start: number): void => {
    if (isInfinite(bytes, start)) setInfinity(int32At(bytes, start) > 0);
    else setSinceEpoch(bytes, start, unitMicros);
  };
  const show = (): string => {
    const units = bigIntOf(int64.high, int64.low);
    if (units === 0x7fffffffffffffffn) return "infinity";
    return units === -0x8000000000000000n ? "-infinity" : showMoment(units * BigInt(unitMicros));
  };
  return makeCodec({
    caveat,
    hashBinary: (bytes, start, _end, hasher) => {
      setBinary(bytes, start);
      hasher.whole(int64.high, int64.low);
    },
    hashJson: (bytes, start, end, hasher) => {
      if (!readJson(bytes, start, end)) return false;
      hasher.whole(int64.high, int64.low);
      return true;
    },
    showBinary: (bytes) => {
      setBinary(bytes, 0);
      return show();
    },
    showJson: (json) => {
      const bytes = Buffer.from(json);
      return readJson(bytes, 0, bytes.length) ? show() : json;
    },
  });
}

/** Milliseconds since 1970. No year of PostgreSQL's comes near to what Debezium has for infinity. */
function readMillis(bytes: Uint8Array, start: number, end: number): boolean {
  if (!readDigits(bytes, start, end)) return false;
  if (int64.high > 0x400000) return setInfinity(true);
  return int64.high < -0x400000 ? setInfinity(false) : true;
}

/** Nanoseconds, of which Debezium has whole microseconds only, but for the infinities. */
export function readNanos(bytes: Uint8Array, start: number, end: number): boolean {
  const isZero = end - start === 1;
  if (isZero) return readDigits(bytes, start, end);
  if (bytes[end - 1] === 0x30 && bytes[end - 2] === 0x30 && bytes[end - 3] === 0x30) {
    return readDigits(bytes, start, end - 3);
  }
  if (!readDigits(bytes, start, end)) return false;
  const { high, low } = int64;
  return (high === 0x7fffffff && low === -1) || (high === -0x80000000 && low === 0);
}

function readIso(bytes: Uint8Array, start: number, end: number): boolean {
  if (!isQuoted(bytes, start, end)) return false;
  if (readDateTime(bytes, start + 1, end - 1) < 0) return readInfinity(bytes, start, end);
  if (moment.days > MAX_MOMENT_DAYS) return setInfinity(true);
  if (moment.days < FIRST_DAY) return setInfinity(false);
  setFromDays(moment.days, moment.micros);
  return true;
}

/** The last day of timestamps, in the year 294276; what Debezium has for infinity is later. */
const MAX_MOMENT_DAYS = 106_762_939;

function readInfinity(bytes: Uint8Array, start: number, end: number): boolean {
  const text = utf8Text(bytes, start, end);
  if (text === '"infinity"') return setInfinity(true);
  return text === '"-infinity"' && setInfinity(false);
}

const readStruct: ReadMoment = (bytes, start, end) => {
  const found = momentOfStruct(bytes, start, end);
  if (found === undefined) return false;
  if (typeof found === "string") return setInfinity(found === "POSITIVE_INFINITY");
  setFromDays(found.days, found.micros);
  return true;
};

const ONLY_MILLIS = "the events have whole milliseconds only";

/** @param precision digits of a second; -1 where the column names none: six */
export function timestampCodec(timePrecision: string, precision: number): ColumnCodec {
  switch (timePrecision) {
    case "adaptive":
    case "adaptive_time_microseconds":
      return precision >= 0 && precision <= 3 ? momentCodec(1000, readMillis) : momentCodec(1, readDigits);
    case "connect":
      return momentCodec(1000, readMillis, precision >= 0 && precision <= 3 ? undefined : ONLY_MILLIS);
    case "isostring":
      return momentCodec(1, readIso);
    case "structured":
      return momentCodec(1, readStruct);
    case "nanoseconds":
      return momentCodec(1, readNanos);
    default:
      return momentCodec(1, readDigits);
  }
}

/** With a time zone it is a text in all modes but one. */
export const timestamptzCodec = (timePrecision: string): ColumnCodec =>
  momentCodec(1, timePrecision === "structured" ? readStruct : readIso);
