import { join } from "node:path";

import { BucketStore } from "../engine/bucket-store.js";
import type { Cut, EngineOptions, TableSpec } from "../engine/engine.js";
import type { TransactionLedger } from "../engine/transaction-ledger.js";
import { SEEN, Visibility } from "../engine/visibility.js";
import type { TransactionsReconciliation } from "../reconciliation.js";
import { findCuts } from "./find-cuts.js";
import { judgeTransaction } from "./judge-transaction.js";
import { readEnd } from "./read-end.js";
import { type FirstEvent, RunCollector } from "./run-collector.js";
import { splitRounds, type TransactionFacts } from "./split-rounds.js";
import { TransactionId } from "./transaction-id.js";
import { NO_TABLE, TransactionRecords } from "./transaction-records.js";

/** About how many events share a bucket, which is looked at as a whole. */
const EVENTS_PER_BUCKET = 50_000;
const MOST_BUCKETS = 1_024;
/** Its part of the memory that the engine may take. */
const SHARE = 8;
const MS_PER_MINUTE = 60_000;

/** A ledger that keeps a few words of each run of events, in files where they are too many. */
export function createTransactionLedger(options: EngineOptions): TransactionLedger {
  return new FileLedger(options);
}

class FileLedger implements TransactionLedger {
  readonly #options: EngineOptions;
  readonly #store: BucketStore;
  readonly #records: TransactionRecords;
  readonly #runs: RunCollector;
  readonly #id = new TransactionId();
  readonly #tableNumbers: ReadonlyMap<string, number>;
  #endsMayBeCut = false;
  readonly #partitions = new Set<number>();

  constructor(options: EngineOptions) {
    const buckets = Math.min(MOST_BUCKETS, Math.max(1, Math.ceil(options.expected / EVENTS_PER_BUCKET)));
    this.#options = options;
    this.#store = new BucketStore(buckets, options.memoryBytes / SHARE, join(options.folder, "transactions"));
    this.#records = new TransactionRecords(this.#store, buckets);
    this.#runs = new RunCollector((txId, lsn, table, first, last) =>
      this.#records.addRun(txId, lsn, table, first, last),
    );
    this.#tableNumbers = new Map(options.tables.map((table, number) => [nameOf(table), number]));
  }

  addEvent(
    bytes: Uint8Array,
    start: number,
    end: number,
    table: number,
    _order: number,
    collectionOrder: number,
    partition: number,
  ): void {
    // The order within the table: what other tables had does not matter, which may not be read.
    if (this.#id.read(bytes, start, end)) this.#runs.add(this.#id, table, partition, collectionOrder);
  }

  addTransaction(bytes: Uint8Array, start: number, end: number, partition: number, offset: number): void {
    if (!this.#partitions.has(partition)) {
      this.#partitions.add(partition);
      this.#endsMayBeCut ||= offset > 0;
    }
    const found = readEnd(bytes, start, end);
    if (found === undefined) return;
    const id = Buffer.from(found.id);
    if (!this.#id.read(id, 0, id.length)) return;
    const { txId, lsn } = this.#id;
    const minutes = Math.floor((found.committedAtMs ?? 0) / MS_PER_MINUTE);
    let isKnown = false;
    for (const { collection, count } of found.counts) {
      const table = this.#tableNumbers.get(collection);
      if (table === undefined) continue;
      isKnown = true;
      this.#records.addEnd(txId, lsn, table, count, minutes);
    }
    if (!isKnown) this.#records.addEnd(txId, lsn, NO_TABLE, 0, minutes);
  }

  summarize(cut: Cut): TransactionsReconciliation {
    this.#runs.flush();
    const visibility = new Visibility(cut);
    const cuts = findCuts({
      tables: this.#options.tables,
      cutOff: cut.cutOff,
      firstOf: (table, partition) => this.#runs.firstOf(table, partition),
      commitOf: (event) => this.#commitOf(event),
      endsMayBeCut: this.#endsMayBeCut,
    });
    const judge = {
      tables: this.#options.tables.map(nameOf),
      mustBeWhole: (txId: number, minutes: number) => visibility.ofTransaction(txId, minutes) === SEEN.yes,
      mayBeCut: (table: number, lsn: number) => lsn <= (cuts[table] ?? -1),
      endsMayBeCut: this.#endsMayBeCut,
    };
    const counts = { whole: 0, incomplete: 0, unproved: 0, nothing: 0 };
    const differences: TransactionsReconciliation["differences"][number][] = [];
    for (const facts of this.#transactions()) {
      const verdict = judgeTransaction(facts, judge);
      counts[verdict.kind]++;
      if (verdict.kind !== "incomplete" || differences.length >= this.#options.maxNamed) continue;
      const { expected, found, note } = verdict;
      differences.push({ id: `${facts.txId}:${facts.lsn}`, expected, found, note });
    }
    const { whole, incomplete, unproved } = counts;
    return { whole, incomplete, unproved, differences };
  }

  close(): void {
    this.#store.close();
  }

  *#transactions(): Iterable<TransactionFacts> {
    for (let bucket = 0; bucket < this.#records.bucketCount; bucket++) {
      for (const stored of this.#records.read(bucket).values()) yield* splitRounds(stored, NO_TABLE);
    }
  }

  #commitOf({ txId, lsn }: FirstEvent): number | undefined {
    const stored = this.#records.read(this.#records.bucketOf(txId)).get(txId);
    const commits = (stored?.ends ?? []).map((end) => end.lsn).filter((commit) => commit >= lsn);
    return commits.length === 0 ? undefined : Math.min(...commits);
  }
}

/** As Debezium names a collection. */
const nameOf = ({ schema, name }: TableSpec): string => `${schema}.${name}`;
