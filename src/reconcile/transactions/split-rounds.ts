import type { StoredTransaction } from "./transaction-records.js";

/** One transaction as the records tell it. */
export interface TransactionFacts {
  readonly txId: number;
  /** The position of its commit in the log, and the minute; undefined where there is no END. */
  readonly end: { readonly lsn: number; readonly minutes: number } | undefined;
  /** The position of one of its events. */
  readonly lsn: number;
  /** By table how many events its END says; without tables that are not known. */
  readonly counts: ReadonlyMap<number, number>;
  /** By table the runs of orders that were found; they may overlap. */
  readonly runs: ReadonlyMap<number, readonly (readonly [first: number, last: number])[]>;
}

/**
 * The numbers of transactions come again after 2^32 of them: each END is one of its own, and an event belongs to the
 * first END at or after it. An END that came twice counts once.
 */
export function splitRounds({ txId, runs, ends }: StoredTransaction, noTable: number): TransactionFacts[] {
  const positions = [...new Set(ends.map(({ lsn }) => lsn))].sort((one, other) => one - other);
  const endOf = (lsn: number): number | undefined =>
    positions.length > 1 ? positions.find((position) => position >= lsn) : positions[0];
  const rounds = new Map<number | undefined, StoredTransaction>();
  const roundOf = (position: number | undefined) => {
    const round = rounds.get(position) ?? { txId, runs: [], ends: [] };
    rounds.set(position, round);
    return round;
  };
  for (const end of ends) roundOf(end.lsn).ends.push(end);
  for (const run of runs) roundOf(endOf(run.lsn)).runs.push(run);
  return [...rounds.values()].map((round) => factsOf(round, noTable));
}

function factsOf({ txId, runs, ends }: StoredTransaction, noTable: number): TransactionFacts {
  const [end] = ends;
  const counts = new Map<number, number>();
  for (const { table, count } of ends) {
    if (table !== noTable) counts.set(table, Math.max(count, counts.get(table) ?? 0));
  }
  const byTable = new Map<number, (readonly [number, number])[]>();
  for (const { table, first, last } of runs) {
    const found = byTable.get(table) ?? [];
    found.push([first, last]);
    byTable.set(table, found);
  }
  return {
    txId,
    end: end === undefined ? undefined : { lsn: end.lsn, minutes: end.minutes },
    lsn: end?.lsn ?? runs[0]?.lsn ?? 0,
    counts,
    runs: byTable,
  };
}
