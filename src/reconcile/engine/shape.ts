import { endOfValue } from "./json-values.js";

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
  readonly #literals: DataView[] = [];

  /** @param slots in the order in which they stand in `bytes` */
  constructor(bytes: Uint8Array, start: number, end: number, slots: readonly Slot[]) {
    let at = start;
    for (const slot of slots) {
      this.#literals.push(viewOf(new Uint8Array(bytes.subarray(at, slot.start))));
      at = slot.end;
    }
    this.#literals.push(viewOf(new Uint8Array(bytes.subarray(at, end))));
  }

  get slotCount(): number {
    return this.#literals.length - 1;
  }

  /**
   * Whether the text has this shape; then `spans` has start and end of each slot's value.
   * @param view of the same bytes
   */
  match(bytes: Uint8Array, view: DataView, start: number, end: number, spans: Int32Array): boolean {
    const literals = this.#literals;
    const last = literals.length - 1;
    let at = start;
    for (let index = 0; index <= last; index++) {
      const literal = literals[index];
      if (literal === undefined || !hasAt(view, at, end, literal)) return false;
      at += literal.byteLength;
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

/** Four bytes at a time: most of an event is the same as in the one before. */
function hasAt(view: DataView, at: number, end: number, literal: DataView): boolean {
  const { byteLength } = literal;
  if (at + byteLength > end) return false;
  let index = 0;
  for (; index + 4 <= byteLength; index += 4) {
    if (view.getUint32(at + index) !== literal.getUint32(index)) return false;
  }
  for (; index < byteLength; index++) {
    if (view.getUint8(at + index) !== literal.getUint8(index)) return false;
  }
  return true;
}

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
