import type { DifferenceKind } from "./engine/engine.js";
import type { TableReconciliation } from "./reconciliation.js";

/** What can be wrong with a table's events, the worst first. */
export interface KindCount {
  readonly kind: DifferenceKind;
  readonly count: number;
  /** Whether it makes the verdict bad unasked; the others do with `--strict`. */
  readonly isWrong: boolean;
  /** For a person: what that many are. */
  readonly noun: string;
}

const KINDS: readonly (Omit<KindCount, "count"> & { readonly of: (table: TableReconciliation) => number })[] =
  [
    { kind: "lost", isWrong: true, noun: "lost", of: ({ lost }) => lost },
    { kind: "extra", isWrong: true, noun: "extra", of: ({ extra }) => extra },
    { kind: "different", isWrong: true, noun: "different", of: ({ different }) => different },
    { kind: "undecodable", isWrong: false, noun: "undecodable", of: ({ undecodable }) => undecodable },
    { kind: "duplicate", isWrong: false, noun: "duplicated", of: ({ duplicates }) => duplicates },
    { kind: "out of order", isWrong: false, noun: "out of order", of: ({ outOfOrder }) => outOfOrder },
    { kind: "no tombstone", isWrong: false, noun: "without tombstone", of: ({ noTombstone }) => noTombstone },
    { kind: "late", isWrong: false, noun: "late", of: ({ late }) => late },
  ];

/** How often each kind was found in a table; those that were not are left out. */
export function kindCounts(table: TableReconciliation): readonly KindCount[] {
  return KINDS.map(({ of, ...kind }) => ({ ...kind, count: of(table) })).filter(({ count }) => count > 0);
}

/** Whether a table is good enough; with `isStrict` anything that is not as it should be, or not proved, is too much. */
export function isGood(table: TableReconciliation, isStrict: boolean): boolean {
  const counts = kindCounts(table);
  if (!isStrict) return !counts.some(({ isWrong }) => isWrong);
  return counts.length === 0 && table.unproved === 0 && table.foreign === 0;
}
