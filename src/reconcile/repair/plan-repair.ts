import { formatCount } from "../../format.js";
import type { TableReconciliation } from "../reconciliation.js";
import { collectionOf } from "./collection-name.js";
import { type RowKey } from "./row-filter.js";

/** A table that was compared, and what came of it. */
export interface RepairTable {
  readonly schema: string;
  readonly name: string;
  /** The columns of the event's key; empty where it has none. */
  readonly key: readonly string[];
  readonly result: TableReconciliation;
}

/** What Debezium is asked for of one table. */
export interface RepairRequest {
  readonly schema: string;
  readonly name: string;
  readonly label: string;
  readonly key: readonly string[];
  /** Exactly these rows; the whole table where it is empty. */
  readonly rows: readonly RowKey[];
  readonly sentence: string;
}

export interface RepairPlan {
  readonly requests: readonly RepairRequest[];
  /** What no snapshot can mend, in sentences. */
  readonly notMended: readonly string[];
}

/** What an incremental snapshot can mend: rows that are lost or different are read again. Pure. */
export function planRepair(tables: readonly RepairTable[]): RepairPlan {
  const plans = tables.map(planTable);
  return {
    requests: plans.flatMap(({ request }) => (request === undefined ? [] : [request])),
    notMended: plans.flatMap(({ notMended }) => notMended),
  };
}

function planTable({ schema, name, key, result }: RepairTable): {
  readonly request?: RepairRequest;
  readonly notMended: readonly string[];
} {
  const { table: label, lost, different, extra, differences } = result;
  const notMended =
    extra === 0
      ? []
      : [
          `${label}: ${formatCount(extra)} extra: a snapshot reads what PostgreSQL has, so it cannot take rows out of Kafka; a consumer has to delete them, or the topic has to be made anew`,
        ];
  const wrong = lost + different;
  if (wrong === 0) return { notMended };
  const why = whyNot(key, schema, name);
  if (why !== undefined)
    return { notMended: [...notMended, `${label}: ${formatCount(wrong)} lost or different: ${why}`] };
  const rows = differences
    .filter(({ kind }) => kind === "lost" || kind === "different")
    .map((difference) => difference.key)
    .filter((row) => key.every((column) => typeof row[column] === "string"));
  const isWhole = rows.length < wrong;
  const sentence = isWhole
    ? `all rows of ${label}: ${formatCount(wrong)} are lost or different, and only ${formatCount(rows.length)} of them are named (--max-named)`
    : `${formatCount(rows.length)} ${rows.length === 1 ? "row" : "rows"} of ${label}`;
  return {
    request: { schema, name, label, key, rows: isWhole ? [] : rows, sentence },
    notMended,
  };
}

function whyNot(key: readonly string[], schema: string, name: string): string | undefined {
  if (key.length === 0) return "Debezium takes no incremental snapshot of a table without a key";
  if (collectionOf(schema, name) === undefined) return "a signal cannot hold its name";
  return undefined;
}
