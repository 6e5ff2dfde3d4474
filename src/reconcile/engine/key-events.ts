import { OP } from "./event-shape.js";
import { EVENT, FLAG, OP_MASK, wholeFrom } from "./records.js";

export const opAt = (words: Int32Array, at: number): number => (words[at + EVENT.kind] ?? 0) & OP_MASK;

export const hasFlag = (words: Int32Array, at: number, flag: number): boolean =>
  ((words[at + EVENT.kind] ?? 0) & flag) !== 0;

export const partitionAt = (words: Int32Array, at: number): number => (words[at + EVENT.place] ?? 0) & 0xffff;

export const offsetAt = (words: Int32Array, at: number): number =>
  wholeFrom(words[at + EVENT.offsetHigh] ?? 0, words[at + EVENT.offsetLow] ?? 0);

/** The event's position in the WAL; -1 where it is not told. */
export const lsnAt = (words: Int32Array, at: number): number =>
  hasFlag(words, at, FLAG.hasLsn)
    ? wholeFrom(words[at + EVENT.lsnHigh] ?? 0, words[at + EVENT.lsnLow] ?? 0)
    : -1;

/**
 * Brings the events of a key into the order in which they happened. Each partition's are in the order of its offsets
 * already; of several partitions a row's lock makes the position in the WAL tell which was first.
 */
export function putInOrder(words: Int32Array, events: number[]): void {
  const first = partitionAt(words, events[0] ?? 0);
  if (events.every((at) => partitionAt(words, at) === first)) return;
  const reached = new Map<number, number>();
  const placed = events.map((at, place) => {
    const partition = partitionAt(words, at);
    // A tombstone has none of its own, and what is sent again must not come before what it follows.
    const lsn = Math.max(reached.get(partition) ?? -1, lsnAt(words, at));
    reached.set(partition, lsn);
    return { at, place, partition, lsn };
  });
  placed.sort((a, b) => a.lsn - b.lsn || a.partition - b.partition || a.place - b.place);
  for (const [place, { at }] of placed.entries()) events[place] = at;
}

/** More events than that are looked up by a text instead of one by one. */
const FEW = 8;

/** For each event whether the same change came before it. */
export function findRepeated(words: Int32Array, events: readonly number[]): boolean[] {
  const repeated = new Array<boolean>(events.length).fill(false);
  if (events.length > FEW) {
    const seen = new Set<string>();
    for (const [place, at] of events.entries()) {
      if (!canRepeat(words, at)) continue;
      const name = changeName(words, at);
      repeated[place] = seen.has(name);
      seen.add(name);
    }
    return repeated;
  }
  for (let place = 1; place < events.length; place++) {
    const at = events[place] ?? 0;
    if (!canRepeat(words, at)) continue;
    for (let before = 0; before < place && repeated[place] !== true; before++) {
      repeated[place] = isSameChange(words, at, events[before] ?? 0);
    }
  }
  return repeated;
}

const canRepeat = (words: Int32Array, at: number): boolean =>
  hasFlag(words, at, FLAG.hasLsn) &&
  !hasFlag(words, at, FLAG.isIncremental) &&
  opAt(words, at) !== OP.tombstone;

const CHANGE = [EVENT.txId, EVENT.lsnLow, EVENT.lsnHigh, EVENT.rowHigh, EVENT.rowLow] as const;
const CHANGE_FLAGS = OP_MASK | FLAG.isMinus;

const isSameChange = (words: Int32Array, a: number, b: number): boolean =>
  CHANGE.every((word) => words[a + word] === words[b + word]) &&
  ((words[a + EVENT.kind] ?? 0) & CHANGE_FLAGS) === ((words[b + EVENT.kind] ?? 0) & CHANGE_FLAGS);

/** Two events with the same name tell the same change. */
export const changeName = (words: Int32Array, at: number): string =>
  [(words[at + EVENT.kind] ?? 0) & CHANGE_FLAGS, ...CHANGE.map((word) => words[at + word])].join();
