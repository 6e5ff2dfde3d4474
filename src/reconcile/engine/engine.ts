import type { ColumnFacts, EventModes } from "../columns/column-codec.js";
import type { TransactionsReconciliation } from "../reconciliation.js";
import type { TableCounts } from "../table-counts.js";

/** A table as it is compared; plain data. Its place in the list that the engine is given is its number. */
export interface TableSpec {
  readonly schema: string;
  readonly name: string;
  /** The columns that events can hold, in the order in which rows are copied. */
  readonly columns: readonly (ColumnFacts & {
    /** Its name in the event. */
    readonly field: string;
  })[];
  /** The names of the columns that make the event's key; empty where there is none: rows are counted, then. */
  readonly key: readonly string[];
  /** Compacted topics have lost what later events of the same key replaced. */
  readonly isCompacted: boolean;
  /** Whether a tombstone follows each delete (`tombstones.on.delete`). */
  readonly hasTombstones: boolean;
}

/** Options of a whole comparison; plain data. */
export interface EngineOptions {
  readonly tables: readonly TableSpec[];
  readonly modes: EventModes;
  /** Seed of the hashes. */
  readonly seed: readonly [high: number, low: number];
  /** About how many events and rows will come, to choose the number of buckets. */
  readonly expected: number;
  /** What is held in memory before it goes to files. */
  readonly memoryBytes: number;
  /** A folder of its own, for what does not fit into memory. */
  readonly folder: string;
  /** Compare only this part of the keys, chosen by hash: 1 is all. */
  readonly sample: number;
  /** The database that the events must be of (`source.db`); of others they are counted and left out. */
  readonly database: string;
  /** The connector's `topic.prefix` (`source.name`), where events of another connector are to be left out as well. */
  readonly connector?: string;
  /** A change that was longer on its way from its commit to Kafka is late; none is where this is missing. */
  readonly lateAfterMs?: number;
  /** How many differences of each kind and table are named; all are counted. */
  readonly maxNamed: number;
  /** Whether to check transactions, by their totals. */
  readonly withTransactions: boolean;
}

/**
 * Records of one partition, in order. Their keys and values stand somewhere in `bytes`, which are read only and may be
 * used again once `addRecords` is done.
 */
export interface RecordChunk {
  /** The table's number; -1 for the topic of transactions. */
  readonly table: number;
  /** The partition; with the table it tells the order that is checked. */
  readonly partition: number;
  readonly bytes: Uint8Array;
  /** The fields of `RECORD` for each record, one record after another. */
  readonly index: Float64Array;
  readonly count: number;
  /**
   * Which run of the connector sent them all: a number that stands for Debezium's header of it, 0 or missing where there
   * is none. Tells equal rows of a table without a key from rows that were sent again.
   */
  readonly connectorRun?: number;
}

/** Which events' transactions the copied rows hold. */
export interface Cut {
  /** Transactions that were running, as the 32 bits that events have. */
  readonly running: readonly number[];
  /** The first that had not begun, and the first that had not begun when all events were in Kafka. */
  readonly nextAtSnapshot: number;
  readonly nextAtEnd: number;
  /** When the snapshot was taken, by the server's clock, in ms: an older event is of an earlier round of the numbers. */
  readonly takenAtMs: number;
  /** A standby tells no running transactions: those from here to `nextAtSnapshot` may be seen or not. */
  readonly uncertainFrom?: number;
  /**
   * By table and partition: the end of the partition shortly before the snapshot was taken. Reads from here on
   * (`op: r`) may be newer than the rows; of a partition that is missing all may. The same goes for what tells no
   * transaction.
   */
  readonly certainReadsBefore: readonly ReadonlyMap<number, number>[];
  /**
   * By table and partition: where the topic begins, if something has been cut off, or if there are no events of some
   * rows for another reason. A table with any has rows that cannot be proved.
   */
  readonly cutOff: readonly ReadonlyMap<number, number>[];
}

/** Compares what Kafka has with what PostgreSQL has, in bounded memory. */
export interface Engine {
  /** Takes records of a partition in the order of their offsets. */
  addRecords(chunk: RecordChunk): Promise<void>;
  /**
   * Called before rows are added, after the events: of each row a hash is kept for each set of columns that events
   * have had so far. Forgets the rows of the table that were added before.
   */
  beginRows(table: number): Promise<void>;
  /**
   * Takes COPY's binary output of the table's columns, cut anywhere; its memory can be used again afterwards.
   * @returns how many of the table's rows have been worked on by now, for a person who waits
   */
  addRows(table: number, bytes: Uint8Array): Promise<number>;
  /** @returns how many rows were copied; with a sample, how many of them are compared */
  endRows(table: number): Promise<number>;
  /** Can be called again, also after more records. */
  compare(cut: Cut): Promise<Comparison>;
  /** Frees memory and files; to be called in any case. */
  close(): Promise<void>;
}

/** What is wrong with a key, or with one record. */
export type DifferenceKind =
  "lost" | "extra" | "different" | "duplicate" | "out of order" | "late" | "no tombstone" | "undecodable";

export interface Difference {
  readonly table: number;
  readonly kind: DifferenceKind;
  /**
   * The hash of the key, as the engine knows it; rows are found again by it. Of a table without a key it is the row's.
   * Empty where the record could not be read, or where it is about the record alone.
   */
  readonly keyHash: string;
  /** The event that it is about; missing of a lost row. */
  readonly partition?: number;
  readonly offset?: number;
}

export interface TableComparison extends TableCounts {
  /** Rows by column that no event of theirs holds: it was added since, or is left out. */
  readonly notInEvents: Readonly<Record<string, number>>;
}

export interface Comparison {
  /** In the order of `EngineOptions.tables`. */
  readonly tables: readonly TableComparison[];
  /** At most `maxNamed` of each kind and table. */
  readonly differences: readonly Difference[];
  /** Changes by the time from their commit to Kafka: upper bounds in ms, and how many. */
  readonly latency: readonly { readonly upToMs: number; readonly count: number }[];
  /** What the ledger of transactions says, with `withTransactions`. */
  readonly transactions?: TransactionsReconciliation;
}
