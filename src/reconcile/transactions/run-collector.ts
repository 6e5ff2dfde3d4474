import type { TransactionId } from "./transaction-id.js";

/** Consecutive orders of one transaction, as they come in one partition. */
interface Run {
  txId: number;
  lsn: number;
  first: number;
  last: number;
}

/** Where a partition begins: its first event that names a transaction. */
export interface FirstEvent {
  readonly txId: number;
  readonly lsn: number;
}

type AddRun = (txId: number, lsn: number, table: number, first: number, last: number) => void;

const PARTITIONS = 2 ** 20;

/** Joins the events of a transaction that follow each other in a partition, so that a big one is a few records. */
export class RunCollector {
  readonly #open = new Map<number, Run>();
  readonly #firsts = new Map<number, FirstEvent>();
  readonly #addRun: AddRun;

  constructor(addRun: AddRun) {
    this.#addRun = addRun;
  }

  add({ txId, lsn }: TransactionId, table: number, partition: number, order: number): void {
    const place = table * PARTITIONS + partition;
    const run = this.#open.get(place);
    if (run === undefined) {
      this.#open.set(place, { txId, lsn, first: order, last: order });
      if (!this.#firsts.has(place)) this.#firsts.set(place, { txId, lsn });
      return;
    }
    if (run.txId === txId && run.last + 1 === order) {
      run.last = order;
      run.lsn = lsn;
      return;
    }
    this.#addRun(run.txId, run.lsn, table, run.first, run.last);
    run.txId = txId;
    run.lsn = lsn;
    run.first = order;
    run.last = order;
  }

  firstOf(table: number, partition: number): FirstEvent | undefined {
    return this.#firsts.get(table * PARTITIONS + partition);
  }

  /** Hands over what is still open. */
  flush(): void {
    for (const [place, { txId, lsn, first, last }] of this.#open) {
      this.#addRun(txId, lsn, Math.floor(place / PARTITIONS), first, last);
    }
    this.#open.clear();
  }
}
