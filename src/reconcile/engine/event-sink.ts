import type { BucketStore } from "./bucket-store.js";
import type { Difference, EngineOptions } from "./engine.js";
import type { Latency } from "./latency.js";
import type { TableHashers } from "./table-hashers.js";
import type { TransactionLedger } from "./transaction-ledger.js";

/** A truncate of the table, as its event told it. */
export interface Truncate {
  readonly txId: number | undefined;
  readonly lsn: number;
  readonly minutes: number;
  readonly partition: number;
  readonly offset: number;
}

/** What all tables have in common. */
export interface EventSink {
  readonly options: EngineOptions;
  readonly store: BucketStore;
  readonly bucketBits: number;
  readonly hashers: TableHashers;
  readonly latency: Latency;
  readonly ledger: TransactionLedger | undefined;
  /** Of what is wrong with a single record. */
  readonly tell: (difference: Difference) => void;
}
