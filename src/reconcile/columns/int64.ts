/** A whole number of 64 bits in two's complement, in two halves: the last one that was read or made. No allocation. */
export const int64 = { high: 0, low: 0 };

const TWO_32 = 4_294_967_296;
const BILLION = 1_000_000_000;

/** Reads the decimal digits between `start` and `end` into `int64`; false where there is anything else, or too much. */
export function readDigits(bytes: Uint8Array, start: number, end: number): boolean {
  const isNegative = bytes[start] === 0x2d;
  const first = isNegative ? start + 1 : start;
  const count = end - first;
  if (count <= 0 || count > 19) return false;
  const split = count > 9 ? end - 9 : first;
  let upper = 0;
  for (let at = first; at < split; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return false;
    upper = upper * 10 + digit;
  }
  let lower = 0;
  for (let at = split; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return false;
    lower = lower * 10 + digit;
  }
  if (upper < 9_000_000) {
    setSafe(isNegative ? -(upper * BILLION + lower) : upper * BILLION + lower);
    return true;
  }
  // upper * 10^9 + lower in pieces that a double holds exactly.
  const upperHigh = Math.floor(upper / 65_536);
  const product = upperHigh * BILLION;
  const rest = (product % 65_536) * 65_536 + (upper % 65_536) * BILLION + lower;
  const high = Math.floor(product / 65_536) + Math.floor(rest / TWO_32);
  const low = rest % TWO_32;
  if (high > 0x7fffffff && !(isNegative && high === 0x80000000 && low === 0)) return false;
  int64.high = (isNegative ? ~high + (low === 0 ? 1 : 0) : high) | 0;
  int64.low = isNegative ? -low | 0 : low | 0;
  return true;
}

/** Sets `int64` to a number of at most 53 bits. */
export function setSafe(number: number): void {
  int64.high = Math.floor(number / TWO_32);
  int64.low = number | 0;
  // `| 0` of what is beyond 2^53 would do as well; within it both halves are exact.
}

export function setBigInt(value: bigint): void {
  int64.high = Number(BigInt.asIntN(32, value >> 32n));
  int64.low = Number(BigInt.asIntN(32, value));
}

export const bigIntOf = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low >>> 0);

export const int16At = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) >> 16) | (bytes[at + 1] ?? 0);

export const int32At = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) |
  ((bytes[at + 1] ?? 0) << 16) |
  ((bytes[at + 2] ?? 0) << 8) |
  (bytes[at + 3] ?? 0);

export const bigIntAt = (bytes: Uint8Array, at: number): bigint =>
  bigIntOf(int32At(bytes, at), int32At(bytes, at + 4));
