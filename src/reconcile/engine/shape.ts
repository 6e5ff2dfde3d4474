import { endOfValue } from "./json-values.js";

/** From here on the native comparison is worth its call. */
const NATIVE_FROM_BYTES = 256;

/** Where a value stands that differs from record to record. */
export interface Slot {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes that a JSON text has in common with others of its kind: all but the values in its slots. Most records of a
 * topic have one of a few shapes, and to be matched with one they need neither be parsed nor made to strings.
 */
export class Shape {
  readonly #literals: Buffer[] = [];

  /** @param slots in the order in which they stand in `bytes` */
  constructor(bytes: Uint8Array, start: number, end: number, slots: readonly Slot[]) {
    let at = start;
    for (const slot of slots) {
      this.#literals.push(Buffer.from(bytes.subarray(at, slot.start)));
      at = slot.end;
    }
    this.#literals.push(Buffer.from(bytes.subarray(at, end)));
  }

  get slotCount(): number {
    return this.#literals.length - 1;
  }

  /** Whether the text has this shape; then `spans` has start and end of each slot's value. */
  match(bytes: Uint8Array, start: number, end: number, spans: Int32Array): boolean {
    const literals = this.#literals;
    const last = literals.length - 1;
    let at = start;
    for (let index = 0; index <= last; index++) {
      const literal = literals[index];
      if (literal === undefined || !hasAt(bytes, at, end, literal)) return false;
      at += literal.length;
      if (index === last) break;
      const next = endOfValue(bytes, at, end);
      if (next === -1) return false;
      spans[index * 2] = at;
      spans[index * 2 + 1] = next;
      at = next;
    }
    return at === end;
  }
}

function hasAt(bytes: Uint8Array, at: number, end: number, literal: Buffer): boolean {
  const { length } = literal;
  if (at + length > end) return false;
  if (length >= NATIVE_FROM_BYTES) return literal.compare(bytes, at, at + length) === 0;
  for (let index = 0; index < length; index++) {
    if (bytes[at + index] !== literal[index]) return false;
  }
  return true;
}
