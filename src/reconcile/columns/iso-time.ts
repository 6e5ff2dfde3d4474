/** A moment out of its text: the last one that was read. No allocation. */
export const moment = {
  /** Since 1970. */
  days: 0,
  /** Of the day, in UTC where the text has an offset; of a time alone beyond the day where the offset leads there. */
  micros: 0,
};

const DAY_MICROS = 86_400_000_000;

/**
 * Reads `[+-]YYYY-MM-DD` from `start` on.
 * @returns where it ends, -1 where it is none
 */
export function readDate(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === 0x2d || sign === 0x2b) at++;
  let year = 0;
  const yearStart = at;
  for (; at < end && isDigit(bytes[at]); at++) year = year * 10 + digitAt(bytes, at);
  if (at - yearStart < 4 || bytes[at] !== 0x2d) return -1;
  const month = twoDigits(bytes, at + 1);
  const day = twoDigits(bytes, at + 4);
  if (month < 1 || month > 12 || day < 1 || day > 31 || bytes[at + 3] !== 0x2d || at + 6 > end) return -1;
  moment.days = daysOf(sign === 0x2d ? -year : year, month, day);
  moment.micros = 0;
  return at + 6;
}

/**
 * Reads `HH:MM[:SS[.ffffff]]` and an offset (`Z`, `+HH`, `+HH:MM`, `+HH:MM:SS`) where there is one.
 * @returns where it ends, -1 where it is none
 */
export function readTime(bytes: Uint8Array, start: number, end: number): number {
  const hour = twoDigits(bytes, start);
  const minute = twoDigits(bytes, start + 3);
  if (hour < 0 || minute < 0 || bytes[start + 2] !== 0x3a || start + 5 > end) return -1;
  let at = start + 5;
  let micros = (hour * 3600 + minute * 60) * 1_000_000;
  if (bytes[at] === 0x3a) {
    const second = twoDigits(bytes, at + 1);
    if (second < 0) return -1;
    micros += second * 1_000_000;
    at += 3;
    if (bytes[at] === 0x2e) {
      at++;
      for (let unit = 100_000; at < end && isDigit(bytes[at]); at++) {
        micros += digitAt(bytes, at) * unit;
        unit = unit > 1 ? unit / 10 : 0;
      }
    }
  }
  moment.micros = micros;
  const sign = bytes[at];
  if (at < end && sign === 0x5a) return at + 1;
  if (at >= end || (sign !== 0x2b && sign !== 0x2d)) return at;
  let offset = 0;
  at++;
  for (let unit = 3600; unit >= 1 && at < end; unit /= 60) {
    const part = twoDigits(bytes, at);
    if (part < 0) return -1;
    offset += part * unit;
    at += 2;
    if (bytes[at] !== 0x3a) break;
    at++;
  }
  moment.micros += (sign === 0x2d ? offset : -offset) * 1_000_000;
  return at;
}

/**
 * Reads a date, `T` or a space, and a time. Afterwards `micros` is of the day, whatever the offset was.
 * @returns where it ends, -1 where it is none
 */
export function readDateTime(bytes: Uint8Array, start: number, end: number): number {
  const dateEnd = readDate(bytes, start, end);
  if (dateEnd < 0 || (bytes[dateEnd] !== 0x54 && bytes[dateEnd] !== 0x20)) return -1;
  const timeEnd = readTime(bytes, dateEnd + 1, end);
  const days = Math.floor(moment.micros / DAY_MICROS);
  moment.days += days;
  moment.micros -= days * DAY_MICROS;
  return timeEnd;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

const digitAt = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) - 0x30;

/** -1 where there are not two digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  return isDigit(bytes[at]) && isDigit(bytes[at + 1]) ? digitAt(bytes, at) * 10 + digitAt(bytes, at + 1) : -1;
}

/** Days since 1970 of a date of the Gregorian calendar, also before it began; year 0 is 1 BC. */
export function daysOf(year: number, month: number, day: number): number {
  // The year begins in March, so that the leap day is its last.
  const years = month <= 2 ? year - 1 : year;
  const era = Math.floor(years / 400);
  const yearOfEra = years - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
