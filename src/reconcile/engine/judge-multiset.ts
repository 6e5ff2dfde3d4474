import { OP } from "./event-shape.js";
import { changeName, hasFlag, lsnAt, offsetAt, opAt, partitionAt } from "./key-events.js";
import { EVENT, FLAG } from "./records.js";
import type { TableFacts } from "./table-facts.js";
import type { Named } from "./tally.js";
import { SEEN, type Visibility } from "./visibility.js";

/** How often a change was seen in each run of a partition; a run that sends again what was sent repeats all of it. */
interface Repeats {
  most: number;
  readonly byRun: Map<number, Run>;
}

interface Run {
  count: number;
  readonly handled: Set<number>;
}

interface Range {
  least: number;
  greatest: number;
}

/**
 * Compares how many equal rows a table without a key has with how many its events make.
 * @param events the records of this row's events
 * @param key where the words of the key are, which is the row's hash
 */
export function judgeMultiset(
  words: Int32Array,
  events: readonly number[],
  rowCount: number,
  key: { readonly words: Int32Array; readonly at: number },
  table: TableFacts,
  visibility: Visibility,
  named: Named,
): void {
  const { tally, number } = table;
  const effective = leaveOutRepeated(words, events, table, named);
  const range = countRows(words, effective, table, visibility);
  const last = events.at(-1) ?? -1;
  if (rowCount >= range.least && rowCount <= range.greatest) return;
  // Of other layouts the same row has another hash.
  if (table.isCutOff || table.layoutCount > 1) {
    tally.unproved += rowCount;
  } else if (rowCount > range.greatest) {
    tally.lost += rowCount - range.greatest;
    named.addKey(number, "lost", key.words, key.at, words, last);
  } else {
    tally.extra += range.least - rowCount;
    named.addKey(number, "extra", key.words, key.at, words, last);
  }
}

/** The events without those that came again, which are counted; and those in the wrong order are. */
function leaveOutRepeated(
  words: Int32Array,
  events: readonly number[],
  { tally, number }: TableFacts,
  named: Named,
): number[] {
  const groups = new Map<string, Repeats>();
  return events.filter((at) => {
    // An update has two records, and counts once.
    const isCounted = opAt(words, at) !== OP.update || !hasFlag(words, at, FLAG.isMinus);
    const isNew = !hasFlag(words, at, FLAG.hasLsn) || isNewIn(groups, words, at);
    if (!isNew && isCounted) {
      tally.duplicates++;
      named.addKey(number, "duplicate", words, at, words, at);
    }
    if (isNew && isCounted && hasFlag(words, at, FLAG.rewound)) {
      tally.outOfOrder++;
      named.addKey(number, "out of order", words, at, words, at);
    }
    return isNew;
  });
}

function isNewIn(groups: Map<string, Repeats>, words: Int32Array, at: number): boolean {
  const name = changeName(words, at);
  const group = groups.get(name) ?? { most: 0, byRun: new Map<number, Run>() };
  groups.set(name, group);
  const run = runAt(words, at);
  const inRun: Run = group.byRun.get(run) ?? { count: 0, handled: new Set() };
  group.byRun.set(run, inRun);
  const handled = words[at + EVENT.handled] ?? 0;
  // Handled in the same nanosecond: not another of several equal rows, but the same event.
  if (handled !== 0 && inRun.handled.has(handled)) return false;
  inRun.handled.add(handled);
  inRun.count++;
  // Where nothing tells the connector's runs, what is not behind another event of its partition is taken as new.
  const isFirst = run >>> 24 === 0 && !hasFlag(words, at, FLAG.rewound);
  if (inRun.count <= group.most && !isFirst) return false;
  group.most = Math.max(group.most, inRun.count);
  return true;
}

/** A run of the connector goes over all partitions, but where something in it stands in the wrong order. */
function runAt(words: Int32Array, at: number): number {
  const run = (words[at + EVENT.run] ?? 0) >>> 16;
  const isOfAll = run >>> 8 !== 0 && (run & 0xff) === 0;
  return (run << 16) | (isOfAll ? 0 : partitionAt(words, at));
}

function countRows(
  words: Int32Array,
  events: readonly number[],
  table: TableFacts,
  visibility: Visibility,
): Range {
  const wiped = table.truncates
    .map((truncate) => ({
      lsn: truncate.lsn,
      seen:
        truncate.txId === undefined
          ? visibility.ofPlace(table.number, truncate.partition, truncate.offset)
          : visibility.ofTransaction(truncate.txId, truncate.minutes),
    }))
    .filter(({ seen }) => seen !== SEEN.no);
  const certainly = wiped.filter(({ seen }) => seen === SEEN.yes).at(-1)?.lsn ?? -1;
  const range = countAfter(words, events, certainly, table, visibility);
  const perhaps = wiped.at(-1)?.lsn ?? -1;
  if (perhaps <= certainly) return range;
  const other = countAfter(words, events, perhaps, table, visibility);
  return { least: Math.min(range.least, other.least), greatest: Math.max(range.greatest, other.greatest) };
}

/** How many rows the events after a position make; `replacedBefore` tells of a new snapshot of the whole table. */
function countAfter(
  words: Int32Array,
  events: readonly number[],
  lsn: number,
  { replacedBefore }: TableFacts,
  visibility: Visibility,
): Range {
  const range: Range = { least: 0, greatest: 0 };
  for (const at of events) {
    const position = lsnAt(words, at);
    if (position !== -1 && position < lsn) continue;
    if (offsetAt(words, at) < (replacedBefore.get(partitionAt(words, at)) ?? 0)) continue;
    const seen = visibility.ofEvent(words, at);
    if (seen === SEEN.no) continue;
    const step = hasFlag(words, at, FLAG.isMinus) ? -1 : 1;
    if (seen === SEEN.yes || step < 0) range.least += step;
    if (seen === SEEN.yes || step > 0) range.greatest += step;
  }
  return range;
}
