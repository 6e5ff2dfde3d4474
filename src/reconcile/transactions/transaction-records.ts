import { type BucketStore } from "../engine/bucket-store.js";

const TWO_32 = 2 ** 32;
const WORDS = 6;
/** Stands in a record's `table` for a transaction none of whose tables is known. */
export const NO_TABLE = 0x3fff_ffff;
const END_FLAG = 0x4000_0000;

/** What is kept of one transaction in a bucket: lists of the records' positions are of no use to others. */
export interface StoredTransaction {
  readonly txId: number;
  /** Runs of events: table, first and last of their orders, and the log's position of the last. */
  readonly runs: {
    readonly table: number;
    readonly first: number;
    readonly last: number;
    readonly lsn: number;
  }[];
  /** What its ENDs say: by table how many events, or `NO_TABLE`; the log's position and the minute of the commit. */
  readonly ends: {
    readonly table: number;
    readonly count: number;
    readonly lsn: number;
    readonly minutes: number;
  }[];
}

/** Writes and reads what the ledger keeps, in buckets by the transaction's number. */
export class TransactionRecords {
  readonly #store: BucketStore;
  readonly bucketCount: number;

  constructor(store: BucketStore, bucketCount: number) {
    this.#store = store;
    this.bucketCount = bucketCount;
  }

  bucketOf(txId: number): number {
    return txId % this.bucketCount;
  }

  addRun(txId: number, lsn: number, table: number, first: number, last: number): void {
    this.#add(txId, lsn, table, first, last);
  }

  addEnd(txId: number, lsn: number, table: number, count: number, minutes: number): void {
    this.#add(txId, lsn, table | END_FLAG, count, minutes);
  }

  /** The transactions of a bucket; their records in the order in which they came. */
  read(bucket: number): Map<number, StoredTransaction> {
    const transactions = new Map<number, StoredTransaction>();
    this.#store.read(bucket, (words, length) => {
      for (let at = 0; at + WORDS <= length; at += WORDS) addTo(transactions, words, at);
    });
    return transactions;
  }

  #add(txId: number, lsn: number, table: number, one: number, other: number): void {
    const at = this.#store.open(this.bucketOf(txId), WORDS);
    const { words } = this.#store;
    words[at] = txId;
    words[at + 1] = Math.floor(lsn / TWO_32);
    words[at + 2] = lsn % TWO_32;
    words[at + 3] = table;
    words[at + 4] = one;
    words[at + 5] = other;
  }
}

function addTo(transactions: Map<number, StoredTransaction>, words: Int32Array, at: number): void {
  const wordAt = (index: number) => (words[at + index] ?? 0) >>> 0;
  const txId = wordAt(0);
  const lsn = wordAt(1) * TWO_32 + wordAt(2);
  const table = wordAt(3);
  const [one, other] = [wordAt(4), wordAt(5)];
  let found = transactions.get(txId);
  if (found === undefined) {
    found = { txId, runs: [], ends: [] };
    transactions.set(txId, found);
  }
  if ((table & END_FLAG) === 0) found.runs.push({ table, first: one, last: other, lsn });
  else found.ends.push({ table: table & ~END_FLAG, count: one, minutes: other, lsn });
}
