import type { DifferenceKind } from "../../reconcile/engine/engine.js";
import type { TableReconciliation } from "../../reconcile/reconciliation.js";

/** A kind of finding as the report tells it. */
export interface FindingKind {
  /** Its name among the named differences; none is named of what has no key. */
  readonly difference?: DifferenceKind;
  readonly label: string;
  /** What it means, for somebody who reads it for the first time. */
  readonly meaning: string;
  /** Whether it makes the comparison fail; else it is something to look at. */
  readonly isFailure: boolean;
  readonly count: (table: TableReconciliation) => number;
}

/** In the order in which they matter. */
export const FINDING_KINDS: readonly FindingKind[] = [
  {
    difference: "lost",
    label: "lost",
    meaning: "The row is in PostgreSQL, and Kafka does not have it.",
    isFailure: true,
    count: ({ lost }) => lost,
  },
  {
    difference: "extra",
    label: "extra",
    meaning: "Kafka has the row, and PostgreSQL does not.",
    isFailure: true,
    count: ({ extra }) => extra,
  },
  {
    difference: "different",
    label: "different",
    meaning: "Both have the row, with different content.",
    isFailure: true,
    count: ({ different }) => different,
  },
  {
    label: "unproved",
    meaning:
      "Nothing can be said of the row: Kafka does not have the events that it would need, because retention removed them or no snapshot read them.",
    isFailure: false,
    count: ({ unproved }) => unproved,
  },
  {
    difference: "undecodable",
    label: "undecodable",
    meaning: "The record could not be read as a change event.",
    isFailure: false,
    count: ({ undecodable }) => undecodable,
  },
  {
    difference: "duplicate",
    label: "duplicates",
    meaning: "The same change came more than once; a consumer that writes by key is not harmed.",
    isFailure: false,
    count: ({ duplicates }) => duplicates,
  },
  {
    difference: "out of order",
    label: "out of order",
    meaning: "The change came after a newer one of the same partition.",
    isFailure: false,
    count: ({ outOfOrder }) => outOfOrder,
  },
  {
    difference: "no tombstone",
    label: "without tombstone",
    meaning: "The delete was not followed by a tombstone, so compaction will keep the key.",
    isFailure: false,
    count: ({ noTombstone }) => noTombstone,
  },
  {
    difference: "late",
    label: "late",
    meaning: "The change took longer from its commit to Kafka than was allowed.",
    isFailure: false,
    count: ({ late }) => late,
  },
  {
    label: "foreign",
    meaning: "The event is of another database or connector, and was left out.",
    isFailure: false,
    count: ({ foreign }) => foreign,
  },
];

/** How many there are of a kind in all tables. */
export const countAll = (tables: readonly TableReconciliation[], { count }: FindingKind): number =>
  tables.reduce((sum, table) => sum + count(table), 0);
