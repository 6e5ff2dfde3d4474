import { endOfValue, viewOf } from "./end-of-value.js";

/** Where a value stands that differs from record to record. */
export interface Slot {
  readonly start: number;
  readonly end: number;
}

const WORD_BYTES = 4;

/**
 * The bytes that a JSON text has in common with others of its kind: all but the values in its slots. Most records of a
 * topic have one of a few shapes, and to be matched with one they need neither be parsed nor made to strings.
 *
 * All that stands around the slots is held as words of four bytes, one after another: most of an event is the same as in
 * the one before, and this is where most of the engine's time goes.
 */
export class Shape {
  readonly slotCount: number;
  readonly #lengths: Int32Array;
  readonly #words: Int32Array;

  /** @param slots in the order in which they stand in `bytes` */
  constructor(bytes: Uint8Array, start: number, end: number, slots: readonly Slot[]) {
    this.slotCount = slots.length;
    const lengths: number[] = [];
    const words: number[] = [];
    let at = start;
    for (const slot of [...slots, { start: end, end }]) {
      lengths.push(slot.start - at);
      words.push(...wordsOf(bytes.subarray(at, slot.start)));
      at = slot.end;
    }
    this.#lengths = Int32Array.from(lengths);
    this.#words = Int32Array.from(words);
  }

  /**
   * Whether the text has this shape; then `spans` has start and end of each slot's value.
   * @param view of the bytes in which it stands
   */
  match(view: DataView, start: number, end: number, spans: Int32Array): boolean {
    const lengths = this.#lengths;
    const words = this.#words;
    const last = lengths.length - 1;
    let word = 0;
    let at = start;
    for (let index = 0; index <= last; index++) {
      const literalEnd = at + (lengths[index] ?? 0);
      if (literalEnd > end) return false;
      for (; at + WORD_BYTES <= literalEnd; at += WORD_BYTES) {
        if (view.getInt32(at, true) !== words[word++]) return false;
      }
      if (at < literalEnd) {
        if (restOf(view, at, literalEnd) !== words[word++]) return false;
        at = literalEnd;
      }
      if (index === last) break;
      const next = endOfValue(view, at, end);
      if (next === -1) return false;
      spans[index * 2] = at;
      spans[index * 2 + 1] = next;
      at = next;
    }
    return at === end;
  }
}

function wordsOf(literal: Uint8Array): number[] {
  const view = viewOf(literal);
  const words: number[] = [];
  let at = 0;
  for (; at + WORD_BYTES <= literal.length; at += WORD_BYTES) words.push(view.getInt32(at, true));
  if (at < literal.length) words.push(restOf(view, at, literal.length));
  return words;
}

/** Fewer bytes than a word has. */
function restOf(view: DataView, start: number, end: number): number {
  let rest = 0;
  for (let at = start; at < end; at++) rest = (rest << 8) | view.getUint8(at);
  return rest;
}
