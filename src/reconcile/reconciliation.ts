import type { DifferenceKind } from "./engine/engine.js";
import type { TableCounts } from "./table-counts.js";

/** One thing that is wrong, with its key by name. */
export interface NamedDifference {
  readonly kind: DifferenceKind;
  /** The key's columns, or of a table without a key the whole row; as text. */
  readonly key: Readonly<Record<string, string | null>>;
  /** Of a row that differs: each column's value in both. */
  readonly columns?: Readonly<
    Record<string, { readonly postgres: string | null; readonly kafka: string | null }>
  >;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  /** Debezium's operation of that event; missing of a flattened one and of a tombstone. */
  readonly op?: string;
  /** What else helps to understand it, in one sentence. */
  readonly note?: string;
}

export interface TableReconciliation extends TableCounts {
  /** `public.products` */
  readonly table: string;
  readonly topic: string;
  /** At most `maxNamed` of each kind. */
  readonly differences: readonly NamedDifference[];
  /** What a person should know, in sentences: columns that no event holds, a topic that was cut. */
  readonly notes: readonly string[];
}

/** What the check of whole transactions came to. */
export interface TransactionsReconciliation {
  readonly whole: number;
  /** Of which some events are missing, or there is no END. */
  readonly incomplete: number;
  /** Cut off by retention, or still under way. */
  readonly unproved: number;
  readonly differences: readonly {
    readonly id: string;
    readonly expected: number;
    readonly found: number;
    readonly note: string;
  }[];
}

/** What `reconcile` found in a database. */
export interface Reconciliation {
  readonly database: string;
  /** Nothing lost, extra or different, and no transaction incomplete. */
  readonly ok: boolean;
  /** When the rows were as they were compared, by the server's clock. */
  readonly takenAt: string;
  readonly durationMs: number;
  readonly tables: readonly TableReconciliation[];
  readonly latency: readonly { readonly upToMs: number; readonly count: number }[];
  readonly transactions?: TransactionsReconciliation;
}
