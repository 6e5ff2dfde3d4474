import type { TableReconciliation } from "../../src/reconcile/reconciliation.js";

/** What must not be of a table's rows and events; repeated events, and their order, may be. */
const BAD = ["lost", "extra", "different", "unproved", "undecodable", "noTombstone", "foreign"] as const;

/** What `reconcile` found wrong with a table: `public.items: 2 lost, 1 different`; nothing where all is well. */
export function judgeTable(table: TableReconciliation): string | undefined {
  const found = BAD.flatMap((kind) => (table[kind] === 0 ? [] : [`${table[kind]} ${kind}`]));
  return found.length === 0 ? undefined : `${table.table}: ${found.join(", ")}`;
}

/**
 * Whether keys, as they were found, are those that were written: each from 1 to `written`, however often, and no other.
 * @returns what is wrong, with the first of each
 */
export function judgeKeys(found: Iterable<number>, written: number): string | undefined {
  const keys = new Set(found);
  const missing = Array.from({ length: written }, (_, index) => index + 1).filter((key) => !keys.has(key));
  const strange = [...keys].filter((key) => key < 1 || key > written);
  const parts = Object.entries({ missing, "never committed": strange }).flatMap(([what, list]) =>
    list.length === 0 ? [] : [`${list.length} ${what}, as ${String(list[0])}`],
  );
  return parts.length === 0 ? undefined : parts.join("; ");
}
