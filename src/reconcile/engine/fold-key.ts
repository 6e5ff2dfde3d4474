import { OP } from "./event-shape.js";
import { hasFlag, lsnAt, opAt } from "./key-events.js";
import { after, gone, isSame, type KeyState, needsEarlier, NOTHING, UNKNOWN } from "./key-state.js";
import { FLAG } from "./records.js";
import type { TableFacts } from "./table-facts.js";
import { SEEN, type Seen, type Visibility } from "./visibility.js";

/** Of more states than that a key can be in, nothing is said. */
const MOST_STATES = 64;

/**
 * What a key may have come to at the moment when the rows were looked at, from its events in order: one state, or
 * several where it is not known of an event whether the rows hold it; the last is the one with all events in it.
 */
export function foldKey(
  words: Int32Array,
  events: readonly number[],
  table: TableFacts,
  visibility: Visibility,
): readonly KeyState[] {
  const from = firstThatMatters(words, events, table, visibility);
  let states: readonly KeyState[] = [table.isCutOff ? UNKNOWN : NOTHING];
  let truncated = -1;
  for (let place = from; place < events.length; place++) {
    const at = events[place] ?? 0;
    const lsn = lsnAt(words, at);
    states = truncate(states, table, visibility, truncated, lsn);
    truncated = Math.max(truncated, lsn);
    if (opAt(words, at) === OP.tombstone && !isDeleteByItself(words, events, place, table)) continue;
    const seen = visibility.ofEvent(words, at);
    if (seen === SEEN.no) continue;
    states = step(states, seen, (state) => after(state, words, at));
  }
  return truncate(states, table, visibility, truncated, Infinity);
}

/** The place of the last event that is certain and says all by itself; what was before does not matter. */
function firstThatMatters(
  words: Int32Array,
  events: readonly number[],
  table: TableFacts,
  visibility: Visibility,
): number {
  for (let place = events.length - 1; place > 0; place--) {
    const at = events[place] ?? 0;
    if (opAt(words, at) === OP.tombstone && !isDeleteByItself(words, events, place, table)) continue;
    if (!needsEarlier(words, at) && visibility.ofEvent(words, at) === SEEN.yes) return place;
  }
  return 0;
}

/**
 * Whether a tombstone is all that tells of a delete: of flattened events, and where the delete itself may be gone. Else
 * it follows the event of the delete, and without that one a delete was lost.
 */
function isDeleteByItself(
  words: Int32Array,
  events: readonly number[],
  place: number,
  { isFlattened, isCompacted, isCutOff }: TableFacts,
): boolean {
  if (!isFlattened && !isCompacted && !isCutOff) return false;
  const before = events[place - 1];
  return (
    before === undefined || opAt(words, before) !== OP.delete || hasFlag(words, before, FLAG.isFlattened)
  );
}

/** Applies the truncates between two positions; a truncate's lock makes them exact. */
function truncate(
  states: readonly KeyState[],
  { truncates, number }: TableFacts,
  visibility: Visibility,
  afterLsn: number,
  beforeLsn: number,
): readonly KeyState[] {
  if (truncates.length === 0) return states;
  let truncated = states;
  for (const { lsn, txId, minutes, partition, offset } of truncates) {
    if (lsn <= afterLsn || lsn >= beforeLsn) continue;
    const seen =
      txId === undefined
        ? visibility.ofPlace(number, partition, offset)
        : visibility.ofTransaction(txId, minutes);
    if (seen !== SEEN.no) truncated = step(truncated, seen, ({ event }) => gone(event));
  }
  return truncated;
}

function step(
  states: readonly KeyState[],
  seen: Seen,
  change: (state: KeyState) => KeyState,
): readonly KeyState[] {
  const [only] = states;
  if (seen === SEEN.yes && only !== undefined && states.length === 1) return [change(only)];
  const next: KeyState[] = seen === SEEN.maybe ? [...states] : [];
  for (const state of states) {
    const changed = change(state);
    const known = next.findIndex((other) => isSame(other, changed));
    // The last is to be the one with all events in it.
    if (known !== -1) next.splice(known, 1);
    next.push(changed);
  }
  return next.length > MOST_STATES ? [UNKNOWN] : next;
}
