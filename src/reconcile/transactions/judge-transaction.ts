import { formatCount } from "../../format.js";
import { countOrders } from "./count-orders.js";
import type { TransactionFacts } from "./split-rounds.js";

/** What decides of what is missing whether it is lost. */
export interface JudgeOptions {
  /** By number: `public.products`. */
  readonly tables: readonly string[];
  /** Whether all of the transaction's events must be in Kafka: it was committed before the marker. */
  readonly mustBeWhole: (txId: number, minutes: number) => boolean;
  /** Whether the events that a table had at this position of the log may have been removed from its topic. */
  readonly mayBeCut: (table: number, lsn: number) => boolean;
  /** Whether the topic of transactions begins later than the events: an END may have been removed. */
  readonly endsMayBeCut: boolean;
}

export type TransactionVerdict =
  | { readonly kind: "whole" | "unproved" | "nothing" }
  | { readonly kind: "incomplete"; readonly expected: number; readonly found: number; readonly note: string };

/** Whether all events of a transaction arrived, by the counts of its END. Pure. */
export function judgeTransaction(facts: TransactionFacts, options: JudgeOptions): TransactionVerdict {
  const { end } = facts;
  return end === undefined ? judgeWithoutEnd(facts, options) : judgeCounts(facts, end, options);
}

function judgeWithoutEnd(facts: TransactionFacts, options: JudgeOptions): TransactionVerdict {
  if (options.endsMayBeCut || !options.mustBeWhole(facts.txId, 0)) return { kind: "unproved" };
  const found = [...facts.runs.values()].reduce((sum, runs) => sum + countOrders(runs, Infinity).found, 0);
  return {
    kind: "incomplete",
    expected: found,
    found,
    note: "there is no END that tells how many events it had",
  };
}

function judgeCounts(
  facts: TransactionFacts,
  { lsn, minutes }: NonNullable<TransactionFacts["end"]>,
  options: JudgeOptions,
): TransactionVerdict {
  const { counts, runs, txId } = facts;
  // Events of a table that the END does not name, a partition that is captured by itself: nothing says how many.
  const isUnnamed = [...runs.keys()].some((table) => !counts.has(table));
  let expected = 0;
  let found = 0;
  let mayBeCut = false;
  const notes: string[] = [];
  for (const [table, count] of counts) {
    const orders = countOrders(runs.get(table) ?? [], count);
    expected += count;
    found += orders.found;
    if (orders.firstMissing === undefined) continue;
    mayBeCut ||= options.mayBeCut(table, lsn);
    notes.push(noteOf(options.tables[table] ?? "", count, count - orders.found, orders.firstMissing));
  }
  if (notes.length === 0) return { kind: isUnnamed ? "unproved" : expected === 0 ? "nothing" : "whole" };
  if (mayBeCut || !options.mustBeWhole(txId, minutes)) return { kind: "unproved" };
  return { kind: "incomplete", expected, found, note: notes.join("; ") };
}

function noteOf(table: string, count: number, missing: number, first: number): string {
  return `${table}: ${formatCount(missing)} of ${formatCount(count)} ${count === 1 ? "event" : "events"} missing, the first is number ${formatCount(first)}`;
}
