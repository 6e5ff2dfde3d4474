/** What happens to the row of a probe: created, updated, deleted, and all rows of its table truncated. */
export const PROBE_OPS = ["c", "u", "d", "t"] as const;
export type ProbeOp = (typeof PROBE_OPS)[number];

/** The replica identity of a table decides what `before` holds in its events. */
export type ReplicaIdentity = "default" | "full" | "index" | "nothing";

/** A probe that was committed, and what its events are known by. */
export interface WrittenProbe {
  /** The transaction's id as events have it: its lower 32 bits. */
  readonly txId: number;
  /** When it was sent and when its commit was answered, by `performance.now()`. */
  readonly sentAtMs: number;
  readonly committedAtMs: number;
  /** Columns whose values read the same in PostgreSQL's text and in an event. */
  readonly columns: ReadonlyMap<string, string>;
  /** The same of the row as it was deleted, which a trigger may have changed. */
  readonly lastColumns: ReadonlyMap<string, string>;
  /** Those of them that belong to the key; empty where the table has none. */
  readonly key: ReadonlyMap<string, string>;
  /** Texts that nothing but this probe has, to look for in what cannot be decoded. */
  readonly marks: readonly string[];
}

/** What a probe writes, in one transaction, so that no row of it is ever there for anybody to see, or left. */
export interface ProbeSubject {
  readonly schema: string;
  readonly table: string;
  readonly replicaIdentity: ReplicaIdentity;
  /** In the order in which it does them. */
  readonly ops: readonly ProbeOp[];
  /** Those that must not be left out by the connector. */
  readonly required: readonly ProbeOp[];
  /** Triggers of the application that its row fires; what they write stays. */
  readonly triggers: readonly string[];
  /** Whether it may be written once more for the sake of a topic, or of a better number. */
  readonly isOurs: boolean;
  readonly write: () => Promise<WrittenProbe>;
}

export const OP_NAMES: Readonly<Record<ProbeOp, string>> = {
  c: "insert",
  u: "update",
  d: "delete",
  t: "truncate",
};

/** `insert, update and delete` */
export function nameOps(ops: readonly ProbeOp[]): string {
  const names = ops.map((op) => OP_NAMES[op]);
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
