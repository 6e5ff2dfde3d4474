import { wholeOf } from "./json-values.js";

/** The whole number in a slot; NaN where there is no such slot, or no number in it. */
export function wholeAt(bytes: Uint8Array, spans: Int32Array, slot: number): number {
  return slot === -1 ? NaN : wholeOf(bytes, spans[slot * 2] ?? 0, spans[slot * 2 + 1] ?? 0);
}

/** Of `"[\"33538120\",\"33538456\"]"` the first number, the end of the last transaction before; NaN where it is null. */
export function firstOfSequence(bytes: Uint8Array, spans: Int32Array, slot: number): number {
  if (slot === -1) return NaN;
  const end = spans[slot * 2 + 1] ?? 0;
  let at = spans[slot * 2] ?? 0;
  while (at < end && !isDigit(bytes[at] ?? 0)) {
    if (bytes[at] === 0x2c) return NaN;
    at++;
  }
  let digitsEnd = at;
  while (digitsEnd < end && isDigit(bytes[digitsEnd] ?? 0)) digitsEnd++;
  return wholeOf(bytes, at, digitsEnd);
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Tells equal texts from others, most times; 0 where there is none. */
export function hashOfSlot(bytes: Uint8Array, spans: Int32Array, slot: number): number {
  if (slot === -1) return 0;
  const end = spans[slot * 2 + 1] ?? 0;
  let at = spans[slot * 2] ?? 0;
  let hash = 1;
  for (; at + 4 <= end; at += 4) {
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    hash = (Math.imul(hash, 31) + (low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24))) | 0;
  }
  for (; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash;
}
