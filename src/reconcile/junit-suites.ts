import type { JunitOutcome, JunitSuite } from "../reports/render-junit.js";
import { describeDifference } from "./describe-difference.js";
import { isGood, kindCounts } from "./kind-counts.js";
import type { Reconciliation, TableReconciliation } from "./reconciliation.js";

/** One suite of the database: a case for each table, and one of its transactions where they were checked. */
export function junitSuites(
  { database, tables, transactions }: Reconciliation,
  isStrict: boolean,
): JunitSuite[] {
  const cases = tables.map((table) => ({
    className: database,
    name: table.table,
    outcome: outcomeOf(table, isStrict),
  }));
  if (transactions === undefined) return [{ name: database, cases }];
  const { incomplete, differences } = transactions;
  const text = differences
    .map(({ id, expected, found, note }) => `${id}: ${found} of ${expected} events. ${note}`)
    .join("\n");
  const outcome: JunitOutcome =
    incomplete === 0
      ? { kind: "passed" }
      : { kind: "failed", type: "incomplete", message: `${incomplete} transactions are incomplete`, text };
  return [{ name: database, cases: [...cases, { className: database, name: "transactions", outcome }] }];
}

function outcomeOf(table: TableReconciliation, isStrict: boolean): JunitOutcome {
  const counts = kindCounts(table);
  const parts = counts.map(({ count, noun }) => `${count} ${noun}`);
  const unproved = table.unproved === 0 ? [] : [`${table.unproved} unproved`];
  const message = [...parts, ...unproved].join(", ");
  const text = [message, ...table.notes, ...table.differences.map(describeDifference)].join("\n");
  if (!isGood(table, isStrict)) return { kind: "failed", type: counts[0]?.kind ?? "unproved", message, text };
  return message === "" ? { kind: "passed" } : { kind: "passed", output: text };
}
