import { formatCount, formatDuration } from "../format.js";
import { describeDifference } from "../reconcile/describe-difference.js";
import { isGood, kindCounts } from "../reconcile/kind-counts.js";
import type { Reconciliation, TableReconciliation } from "../reconcile/reconciliation.js";
import { createPaint, type Paint } from "./paint.js";
import { printableLine } from "./printable.js";
import { type Column, layOutTable, wrapText } from "./text-table.js";

export interface ReconciliationView {
  readonly reconciliation: Reconciliation;
  readonly isStrict: boolean;
  readonly columns: number;
  readonly color: boolean;
}

const NUMBER: Column = { preferredWidth: 14, minimumWidth: 14, maximumLines: 1 };
const COLUMNS: readonly Column[] = [
  { preferredWidth: 64, minimumWidth: 16, maximumLines: 4 },
  NUMBER,
  NUMBER,
  { preferredWidth: 80, minimumWidth: 16, maximumLines: 6 },
];
const HEAD = ["table", "rows", "events", "found"];
/** Tables without anything to tell are listed up to here. */
const MOST_GOOD_TABLES = 30;
/** Of one table. */
const MOST_DIFFERENCES = 20;

/** What a reconciliation found, for a person: the tables, what is wrong by its keys, and what it comes to. */
export function renderReconciliation(view: ReconciliationView): string {
  const paint = createPaint(view.color);
  const { reconciliation, columns } = view;
  const blocks = [
    tableLines(view, paint),
    ...reconciliation.tables.map((table) => detailLines(table, columns)),
    transactionLines(reconciliation),
    wrapText(verdictOf(view), columns),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function tableLines({ reconciliation, isStrict, columns }: ReconciliationView, paint: Paint): string[] {
  const telling = reconciliation.tables.filter((table) => foundIn(table) !== "");
  const silent = reconciliation.tables.filter((table) => foundIn(table) === "");
  const shown = [...telling, ...silent.slice(0, MOST_GOOD_TABLES)];
  if (shown.length === 0) return [];
  const cells = shown.map((table) => [
    printableLine(table.table),
    formatCount(table.rows),
    formatCount(table.events),
    foundIn(table) || "the same",
  ]);
  const rows = [HEAD, ...cells];
  const lines = layOutTable(rows, COLUMNS, columns) ?? rows.map((row) => [row.join("  ")]);
  const painted = lines.flatMap(([first = "", ...rest], index) => {
    const table = shown[index - 1];
    const style = table === undefined ? "dim" : isGood(table, isStrict) ? undefined : "red";
    return [style === undefined ? first : paint(style, first), ...rest];
  });
  const left = reconciliation.tables.length - shown.length;
  return left === 0 ? painted : [...painted, `and ${formatCount(left)} more tables that are the same`];
}

function foundIn(table: TableReconciliation): string {
  const counts = kindCounts(table).map(({ count, noun }) => `${formatCount(count)} ${noun}`);
  const unproved = table.unproved === 0 ? [] : [`${formatCount(table.unproved)} unproved`];
  return [...counts, ...unproved].join(", ");
}

function detailLines({ table, differences, notes }: TableReconciliation, columns: number): string[] {
  if (differences.length === 0 && notes.length === 0) return [];
  const named = differences.slice(0, MOST_DIFFERENCES).map((one) => printableLine(describeDifference(one)));
  const left = differences.length - named.length;
  const more = left === 0 ? [] : [`and ${formatCount(left)} more that --json names`];
  const lines = [...notes.map(printableLine), ...named, ...more];
  return [
    printableLine(table),
    ...lines.flatMap((line) =>
      wrapText(line, columns - 4).map((piece, at) => `${at === 0 ? "  " : "    "}${piece}`),
    ),
  ];
}

function transactionLines({ transactions }: Reconciliation): string[] {
  if (transactions === undefined) return [];
  const { whole, incomplete, unproved, differences } = transactions;
  const named = differences.map(
    ({ id, expected, found, note }) =>
      `  ${printableLine(id)}: ${found} of ${expected} events; ${printableLine(note)}`,
  );
  const counts = `${formatCount(whole)} whole, ${formatCount(incomplete)} incomplete, ${formatCount(unproved)} unproved`;
  return [`transactions: ${counts}`, ...named];
}

function verdictOf({ reconciliation, isStrict }: ReconciliationView): string {
  const { tables, ok, takenAt, durationMs } = reconciliation;
  const sum = (of: (table: TableReconciliation) => number) =>
    formatCount(tables.reduce((total, table) => total + of(table), 0));
  const how = `${sum(({ rows }) => rows)} rows as of ${takenAt}, ${sum(({ events }) => events)} events, in ${formatDuration(durationMs)}`;
  const bad = tables.filter((table) => !isGood(table, isStrict)).length;
  if (bad > 0)
    return `${formatCount(bad)} of ${formatCount(tables.length)} tables are not as they should be: ${how}`;
  if (!ok) return `transactions are incomplete: ${how}`;
  const unproved = tables.reduce((total, table) => total + table.unproved, 0);
  const proved =
    unproved === 0 ? "Kafka has what PostgreSQL has" : "what could be proved is the same in Kafka";
  return `${proved}: ${how}`;
}
