import type { TransactionsReconciliation } from "../reconciliation.js";
import type { Cut } from "./engine.js";

/**
 * Counts the events of each transaction, beside what the records of the topic of transactions say of it. The engine
 * calls it where `EngineOptions.withTransactions` is set, in the thread in which it works, once for each record in the
 * order of offsets of its partition. Spans are of the record's bytes, which change after the call: copy what stays.
 */
export interface TransactionLedger {
  /**
   * An event of a table that names its transaction.
   * @param bytes the record's chunk; its transaction's id (`"571:53195829"`, without quotes) is at `start` to `end`
   * @param table the table's number
   * @param order its `total_order`, from 1 on
   * @param collectionOrder its `data_collection_order`, from 1 on
   */
  addEvent(
    bytes: Uint8Array,
    start: number,
    end: number,
    table: number,
    order: number,
    collectionOrder: number,
    partition: number,
    offset: number,
  ): void;
  /** A record of the topic of transactions: the JSON of its value is at `start` to `end`. */
  addTransaction(bytes: Uint8Array, start: number, end: number, partition: number, offset: number): void;
  /** The result. Called by `Engine.compare`, with what it was given. May be called again after more was added. */
  summarize(cut: Cut): TransactionsReconciliation;
  /** Gives back the files that it made. */
  close(): void;
}
