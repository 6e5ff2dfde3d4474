import type { ColumnCodec } from "./column-codec.js";
import { showTime } from "./epoch.js";
import { int32At, int64, readDigits, setSafe } from "./int64.js";
import { moment, readTime } from "./iso-time.js";
import { isQuoted } from "./json-text.js";
import { makeCodec } from "./make-codec.js";
import { timeOfStruct } from "./time-structs.js";

const DAY_MICROS = 86_400_000_000;

const safeInt64 = (): number => int64.high * 4_294_967_296 + (int64.low >>> 0);

const microsAt = (bytes: Uint8Array, at: number): number =>
  int32At(bytes, at) * 4_294_967_296 + (int32At(bytes, at + 4) >>> 0);

/** -1 where the JSON is no time. */
type ReadMicros = (bytes: Uint8Array, start: number, end: number) => number;

const readUnits =
  (toMicros: number): ReadMicros =>
  (bytes, start, end) =>
    readDigits(bytes, start, end) ? Math.round(safeInt64() * toMicros) : -1;

const readIsoTime: ReadMicros = (bytes, start, end) =>
  isQuoted(bytes, start, end) && readTime(bytes, start + 1, end - 1) >= 0 ? moment.micros : -1;

const readStruct: ReadMicros = (bytes, start, end) => timeOfStruct(bytes, start, end)?.micros ?? -1;

/** A time of day, compared in whole units of `unitMicros`, rounded down. */
function clockCodec(
  readJson: ReadMicros,
  unitMicros: number,
  isWrapped: boolean,
  caveat?: string,
): ColumnCodec {
  const ofBinary = (bytes: Uint8Array, at: number): number => {
    const micros = microsAt(bytes, at);
    const whole = unitMicros === 1 ? micros : micros - (micros % unitMicros);
    return isWrapped && whole === DAY_MICROS ? 0 : whole;
  };
  return makeCodec({
    caveat,
    hashBinary: (bytes, start, _end, hasher) => {
      setSafe(ofBinary(bytes, start));
      hasher.whole(int64.high, int64.low);
    },
    hashJson: (bytes, start, end, hasher) => {
      const micros = readJson(bytes, start, end);
      if (micros < 0) return false;
      setSafe(micros);
      hasher.whole(int64.high, int64.low);
      return true;
    },
    showBinary: (bytes) => showTime(ofBinary(bytes, 0)),
    showJson: (json) => {
      const bytes = Buffer.from(json);
      const micros = readJson(bytes, 0, bytes.length);
      return micros < 0 ? json : showTime(micros);
    },
  });
}

const ONLY_MILLIS = "the events have whole milliseconds only";
const NO_24 = "the events have 00:00 for 24:00";

/** @param precision digits of a second; -1 where the column names none: six */
export function timeCodec(timePrecision: string, precision: number): ColumnCodec {
  const isMillis = precision >= 0 && precision <= 3;
  const readJson = timeReader(timePrecision, isMillis);
  if (timePrecision === "connect")
    return clockCodec(readJson, 1000, false, isMillis ? undefined : ONLY_MILLIS);
  if (timePrecision === "isostring") return clockCodec(readJson, 1, true, NO_24);
  return clockCodec(readJson, 1, false);
}

/** Of an array Debezium's driver makes Java's times, of milliseconds, that have no 24:00. */
export const timeOfArrayCodec = (timePrecision: string, precision: number): ColumnCodec =>
  clockCodec(
    timeReader(timePrecision, precision >= 0 && precision <= 3),
    1000,
    true,
    `${ONLY_MILLIS}, and 00:00 for 24:00`,
  );

function timeReader(timePrecision: string, isMillis: boolean): ReadMicros {
  switch (timePrecision) {
    case "adaptive":
      return readUnits(isMillis ? 1000 : 1);
    case "connect":
      return readUnits(1000);
    case "isostring":
      return readIsoTime;
    case "structured":
      return readStruct;
    case "nanoseconds":
      return readUnits(0.001);
    default:
      return readUnits(1);
  }
}

/** COPY has the seconds that the clock is behind UTC after the time. The events have the time in UTC. */
const utcMicrosAt = (bytes: Uint8Array, at: number): number => {
  const micros = microsAt(bytes, at);
  const behind = int32At(bytes, at + 8);
  if (micros === DAY_MICROS && behind === 0) return micros;
  return (((micros + behind * 1e6) % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
};

const TIMETZ_IN_UTC = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => {
    setSafe(utcMicrosAt(bytes, start));
    hasher.whole(int64.high, int64.low);
  },
  hashJson: (bytes, start, end, hasher) => {
    const micros = readIsoTime(bytes, start, end);
    if (micros < 0) return false;
    setSafe(micros);
    hasher.whole(int64.high, int64.low);
    return true;
  },
  caveat: "the events have the time in UTC, without its zone",
  showBinary: (bytes) => `${showTime(utcMicrosAt(bytes, 0))}Z`,
  showJson: (json) => {
    const bytes = Buffer.from(json);
    const micros = readIsoTime(bytes, 0, bytes.length);
    return micros < 0 ? json : `${showTime(micros)}Z`;
  },
});

const showZoned = (micros: number, aheadSeconds: number): string =>
  `${showTime(micros)} UTC${showAhead(aheadSeconds)}`;

const showAhead = (seconds: number): string =>
  `${seconds < 0 ? "-" : "+"}${showTime(Math.abs(seconds) * 1e6)}`;

const TIMETZ_WITH_ZONE = makeCodec({
  hashBinary: (bytes, start, _end, hasher) => {
    setSafe(microsAt(bytes, start));
    hasher.whole(int64.high, int64.low);
    const ahead = -int32At(bytes, start + 8);
    hasher.whole(ahead >> 31, ahead);
  },
  hashJson: (bytes, start, end, hasher) => {
    const time = timeOfStruct(bytes, start, end);
    if (time === undefined) return false;
    setSafe(time.micros);
    hasher.whole(int64.high, int64.low);
    hasher.whole(time.offsetSeconds >> 31, time.offsetSeconds);
    return true;
  },
  showBinary: (bytes) => showZoned(microsAt(bytes, 0), -int32At(bytes, 8)),
  showJson: (json) => {
    const bytes = Buffer.from(json);
    const time = timeOfStruct(bytes, 0, bytes.length);
    return time === undefined ? json : showZoned(time.micros, time.offsetSeconds);
  },
});

export const timetzCodec = (timePrecision: string): ColumnCodec =>
  timePrecision === "structured" ? TIMETZ_WITH_ZONE : TIMETZ_IN_UTC;
