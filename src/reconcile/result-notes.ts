import { formatCount } from "../format.js";
import type { NamedDifference, TableReconciliation } from "./reconciliation.js";
import type { ComparedTable } from "./tables/compared-table.js";

type NotedTable = Pick<ComparedTable, "label" | "published" | "skippedOperations" | "nulledColumns">;
type Counts = Pick<TableReconciliation, "lost" | "extra" | "different">;

/** What may be behind what was found, in sentences: settings that are known to lead to it. */
export function resultNotes(
  table: NotedTable,
  counts: Counts,
  differences: readonly NamedDifference[],
): readonly string[] {
  const read = differences.filter(({ kind, op }) => kind === "extra" && op === "r").length;
  const isFilter = table.published.rowFilter !== null && read > 0;
  const unexplained = isFilter ? { ...counts, extra: counts.extra - read } : counts;
  const nulled = table.nulledColumns.filter((column) => isNulled(column, differences));
  return [
    ...(isFilter
      ? [
          `${formatCount(read)} of the extra rows named here were read by a snapshot, which takes rows outside the publication's filter too: they need not be deleted`,
        ]
      : []),
    ...SKIPPED.flatMap(({ op, what, kind, be }) =>
      table.skippedOperations.includes(op) && unexplained[kind] > 0
        ? [`the connector leaves out ${what} (skipped.operations): that may be why rows ${be}`]
        : [],
    ),
    ...nulled.map(
      (column) =>
        `${column}: where an update leaves a long value alone, Debezium has NULL instead of it: ALTER TABLE ${table.label} REPLICA IDENTITY FULL helps for updates from then on`,
    ),
  ];
}

/** Debezium's operations, and what comes of it where they are left out. */
const SKIPPED = [
  { op: "c", what: "inserts", kind: "lost", be: "are lost" },
  { op: "u", what: "updates", kind: "different", be: "differ" },
  { op: "d", what: "deletes", kind: "extra", be: "are extra" },
  { op: "t", what: "TRUNCATE", kind: "extra", be: "are extra" },
] as const;

const isNulled = (column: string, differences: readonly NamedDifference[]): boolean =>
  differences.some(({ columns = {} }) => {
    const { postgres = null, kafka } = columns[column] ?? {};
    return kafka === null && postgres !== null;
  });
