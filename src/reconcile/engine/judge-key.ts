import { OP } from "./event-shape.js";
import { foldKey } from "./fold-key.js";
import { findRepeated, hasFlag, offsetAt, opAt, partitionAt, putInOrder } from "./key-events.js";
import type { KeyState } from "./key-state.js";
import { FLAG, ROW, ROW_WORDS } from "./records.js";
import type { TableFacts } from "./table-facts.js";
import type { Named } from "./tally.js";
import type { Visibility } from "./visibility.js";

/** A key as both sides have it; `rowAt` is -1 where there is no row. */
export interface KeySides {
  readonly events: Int32Array;
  readonly rows: Int32Array;
  /** The records of its events in the order in which they came; it is put in order. */
  readonly eventsAt: number[];
  readonly rowAt: number;
}

/** Compares what the events of a key come to with its row. */
export function judgeKey(sides: KeySides, table: TableFacts, visibility: Visibility, named: Named): void {
  const { events, rows, eventsAt, rowAt } = sides;
  const { tally, number } = table;
  if (eventsAt.length === 0) {
    if (table.isCutOff) tally.unproved++;
    else {
      tally.lost++;
      named.addKey(number, "lost", rows, rowAt, events, -1);
    }
    return;
  }
  putInOrder(events, eventsAt);
  checkStream(events, eventsAt, table, named);
  const states = foldKey(events, eventsAt, table, visibility);
  const fitting = states.find((state) => fits(state, rows, rowAt));
  if (fitting !== undefined) {
    if (rowAt !== -1) noteMissing(fitting, rows, rowAt, table);
    return;
  }
  if (states.some((state) => isUnproved(state, rows, rowAt, table))) {
    tally.unproved++;
    return;
  }
  const last = states.at(-1);
  const event = last?.event ?? -1;
  const [keyWords, keyAt] = rowAt === -1 ? [events, eventsAt[0] ?? 0] : [rows, rowAt];
  if (last?.exists !== true) {
    tally.lost++;
    named.addKey(number, "lost", keyWords, keyAt, events, event);
  } else if (rowAt === -1) {
    tally.extra++;
    named.addKey(number, "extra", keyWords, keyAt, events, event);
  } else {
    tally.different++;
    named.addKey(number, "different", keyWords, keyAt, events, event);
  }
}

function fits(state: KeyState, rows: Int32Array, rowAt: number): boolean {
  if (!state.isKnown) return rowAt === -1;
  if (rowAt === -1) return !state.exists;
  if (!state.exists || !state.isWhole || state.layout >= layoutsOf(rows, rowAt)) return false;
  const at = rowAt + ROW_WORDS + state.layout * 2;
  return rows[at] === state.high && rows[at + 1] === state.low;
}

const layoutsOf = (rows: Int32Array, rowAt: number): number => (rows[rowAt + ROW.layouts] ?? 0) & 0xffff;

function isUnproved(state: KeyState, rows: Int32Array, rowAt: number, table: TableFacts): boolean {
  if (!state.isKnown) return true;
  if (rowAt === -1) return false;
  if (!state.isWhole) return table.isCutOff || table.isCompacted;
  // A layout that came after the rows were copied.
  return state.exists && state.layout >= layoutsOf(rows, rowAt);
}

function noteMissing(state: KeyState, rows: Int32Array, rowAt: number, table: TableFacts): void {
  const isMissing = table.missingOf[state.layout];
  if (isMissing === undefined || !state.exists) return;
  const bitsAt = rowAt + ROW_WORDS + layoutsOf(rows, rowAt) * 2;
  for (const [place, column] of table.missing.entries()) {
    const isThere = ((rows[bitsAt + (place >> 5)] ?? 0) & (1 << (place & 31))) !== 0;
    if (!isThere || isMissing[place] !== true) continue;
    table.tally.notInEvents.set(column, (table.tally.notInEvents.get(column) ?? 0) + 1);
  }
}

/** Repeated changes, those in the wrong order, and deletes without a tombstone. */
function checkStream(words: Int32Array, events: readonly number[], table: TableFacts, named: Named): void {
  const { tally, number } = table;
  const repeated = events.length > 1 ? findRepeated(words, events) : [false];
  for (const [place, at] of events.entries()) {
    if (repeated[place] === true) {
      tally.duplicates++;
      named.addKey(number, "duplicate", words, at, words, at);
    } else if (hasFlag(words, at, FLAG.rewound)) {
      tally.outOfOrder++;
      named.addKey(number, "out of order", words, at, words, at);
    }
    if (opAt(words, at) === OP.delete && lacksTombstone(words, events, place, repeated, table)) {
      tally.noTombstone++;
      named.addKey(number, "no tombstone", words, at, words, at);
    }
  }
}

function lacksTombstone(
  words: Int32Array,
  events: readonly number[],
  place: number,
  repeated: readonly boolean[],
  { hasTombstones, isCompacted, lastOffsets }: TableFacts,
): boolean {
  const at = events[place] ?? 0;
  if (!hasTombstones || isCompacted) return false;
  const partition = partitionAt(words, at);
  // The end was read before its tombstone was there.
  if (offsetAt(words, at) === lastOffsets.get(partition)) return false;
  const next = events.findIndex((other, index) => index > place && partitionAt(words, other) === partition);
  // A connector that was stopped between the two sends both again.
  if (next !== -1 && repeated[next] === true) return false;
  return next === -1 || opAt(words, events[next] ?? 0) !== OP.tombstone;
}
