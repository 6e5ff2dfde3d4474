import { bigIntAt, bigIntOf, int32At, int64, setBigInt, setSafe } from "./int64.js";

/** From 1970 to 2000, where PostgreSQL's time begins. */
export const EPOCH_DAYS = 10_957;
const EPOCH_MICROS = 946_684_800_000_000;
const DAY_MICROS = 86_400_000_000;

/** Halves of the microseconds that stand for infinity. */
export const isInfinite = (bytes: Uint8Array, start: number): boolean => {
  const high = int32At(bytes, start);
  const low = int32At(bytes, start + 4);
  return (high === 0x7fffffff && low === -1) || (high === -0x80000000 && low === 0);
};

/**
 * Sets `int64` to the time since 1970 of PostgreSQL's 64 bits of microseconds since 2000, in whole units of
 * `unitMicros` (1 or 1000), rounded down.
 */
export function setSinceEpoch(bytes: Uint8Array, start: number, unitMicros: number): void {
  const high = int32At(bytes, start);
  // Within 142 years of 2000 doubles hold every microsecond.
  if (high >= -0x100000 && high < 0x100000) {
    const micros = high * 4_294_967_296 + (int32At(bytes, start + 4) >>> 0) + EPOCH_MICROS;
    setSafe(unitMicros === 1 ? micros : Math.floor(micros / unitMicros));
    return;
  }
  const micros = bigIntAt(bytes, start) + BigInt(EPOCH_MICROS);
  const unit = BigInt(unitMicros);
  setBigInt(micros >= 0n ? micros / unit : -((-micros + unit - 1n) / unit));
}

/** Sets `int64` to the microseconds since 1970. */
export function setFromDays(days: number, microsOfDay: number): void {
  if (days > -100_000 && days < 100_000) setSafe(days * DAY_MICROS + microsOfDay);
  else setBigInt(BigInt(days) * BigInt(DAY_MICROS) + BigInt(microsOfDay));
}

/** A text of `int64` as microseconds since 1970: `2024-02-29 23:59:59.999999`, years before 1 as `-0001`. */
export function showInt64Moment(): string {
  return showMoment(bigIntOf(int64.high, int64.low));
}

export function showMoment(micros: bigint): string {
  const day = BigInt(DAY_MICROS);
  const days = micros >= 0n ? micros / day : -((-micros + day - 1n) / day);
  return `${showDay(Number(days))} ${showTime(Number(micros - days * day))}`;
}

export function showDay(days: number): string {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const digits = String(Math.abs(year)).padStart(4, "0");
  return `${year < 0 ? "-" : ""}${digits}-${twoDigits(month)}-${twoDigits(day)}`;
}

/** `23:59:59.5` of microseconds since midnight. */
export function showTime(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(twoDigits)
    .join(":");
  return fraction === "" ? clock : `${clock}.${fraction}`;
}

const twoDigits = (number: number): string => String(number).padStart(2, "0");
