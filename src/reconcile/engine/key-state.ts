import { OP } from "./event-shape.js";
import { EVENT, EVENT_WORDS, IS_PLACEHOLDER, OP_MASK, TOAST_WORDS } from "./records.js";

/** What the events of a key may come to; never changed. */
export interface KeyState {
  readonly exists: boolean;
  /** False where it depends on events that are cut off. */
  readonly isKnown: boolean;
  /** False where a value is missing that no event before told. */
  readonly isWhole: boolean;
  readonly layout: number;
  readonly high: number;
  readonly low: number;
  /** By column the high and the low half of the hash of its value, of those that an update may leave out. */
  readonly toast: ReadonlyMap<number, readonly [high: number, low: number]> | undefined;
  /** The event that led to it; -1 for none. */
  readonly event: number;
}

export const NOTHING: KeyState = {
  exists: false,
  isKnown: true,
  isWhole: true,
  layout: 0,
  high: 0,
  low: 0,
  toast: undefined,
  event: -1,
};
export const UNKNOWN: KeyState = { ...NOTHING, isKnown: false };

export const gone = (event: number): KeyState => ({ ...NOTHING, event });

/** Whether the state after an event depends on the one before it. */
export function needsEarlier(words: Int32Array, at: number): boolean {
  const count = (words[at + EVENT.run] ?? 0) & 0xffff;
  for (let index = 0; index < count; index++) {
    if (((words[at + EVENT_WORDS + index * TOAST_WORDS] ?? 0) & IS_PLACEHOLDER) !== 0) return true;
  }
  return false;
}

/** The state after a change, from the one before. */
export function after(state: KeyState, words: Int32Array, at: number): KeyState {
  const kind = words[at + EVENT.kind] ?? 0;
  const op = kind & OP_MASK;
  if (op === OP.delete || op === OP.tombstone) return gone(at);
  let high = words[at + EVENT.rowHigh] ?? 0;
  let low = words[at + EVENT.rowLow] ?? 0;
  let isWhole = true;
  const count = (words[at + EVENT.run] ?? 0) & 0xffff;
  const toast = count === 0 ? undefined : new Map<number, readonly [high: number, low: number]>();
  for (let index = 0; index < count; index++) {
    const entry = at + EVENT_WORDS + index * TOAST_WORDS;
    const column = (words[entry] ?? 0) & 0xffff;
    if (((words[entry] ?? 0) & IS_PLACEHOLDER) === 0) {
      toast?.set(column, [words[entry + 1] ?? 0, words[entry + 2] ?? 0]);
      continue;
    }
    const value = state.exists ? state.toast?.get(column) : undefined;
    if (value === undefined) {
      isWhole = false;
      continue;
    }
    toast?.set(column, value);
    const sumLow = (low >>> 0) + (value[1] >>> 0);
    high = (high + value[0] + (sumLow > 0xffffffff ? 1 : 0)) | 0;
    low = sumLow | 0;
  }
  return { exists: true, isKnown: true, isWhole, layout: kind >>> 16, high, low, toast, event: at };
}

export const isSame = (a: KeyState, b: KeyState): boolean =>
  a.exists === b.exists &&
  a.isKnown === b.isKnown &&
  a.isWhole === b.isWhole &&
  a.layout === b.layout &&
  a.high === b.high &&
  a.low === b.low;
