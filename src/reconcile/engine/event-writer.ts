import type { BucketStore } from "./bucket-store.js";
import { EVENT, EVENT_WORDS, FLAG, highOf, lowOf, TOAST_WORDS } from "./records.js";
import { isSampled, type TableHashers } from "./table-hashers.js";

/** What an event says beside its row; one is used for all events. NaN where it is not told. */
export interface EventHead {
  partition: number;
  offset: number;
  /** The run of its partition. */
  run: number;
  layout: number;
  txId: number;
  lsn: number;
  minutes: number;
  handled: number;
}

export interface EventWriterOptions {
  readonly store: BucketStore;
  readonly bucketBits: number;
  readonly hashers: TableHashers;
  readonly sample: number;
}

/** Writes events to the store. */
export class EventWriter {
  readonly #options: EventWriterOptions;

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  /**
   * Writes an event whose key, and row, were hashed last.
   * @param kind its op and flags
   * @param toast columns with the hashes of their values; empty where there is no row
   * @returns whether it is in the sample
   */
  write(table: number, kind: number, head: EventHead, toast: readonly number[]): boolean {
    const { store, bucketBits, hashers, sample } = this.#options;
    const { keyFirst, keySecond, row } = hashers;
    const first = keyFirst.low;
    if (!isSampled(first, sample)) return false;
    const second = keySecond.low;
    const { partition, offset, run, layout, txId, lsn, minutes, handled } = head;
    const hasTxId = !Number.isNaN(txId);
    const hasLsn = !Number.isNaN(lsn);
    const at = store.open(bucketOf(second, bucketBits), EVENT_WORDS + toast.length);
    const { words } = store;
    words[at] = first;
    words[at + 1] = second;
    words[at + 2] = keyFirst.high;
    words[at + 3] = keySecond.high;
    words[at + EVENT.place] = (table << 16) | partition;
    words[at + EVENT.kind] =
      (layout << 16) | kind | (hasTxId ? FLAG.hasTxId : 0) | (hasLsn ? FLAG.hasLsn : 0);
    words[at + EVENT.run] = (run << 16) | (toast.length / TOAST_WORDS);
    words[at + EVENT.offsetLow] = lowOf(offset);
    words[at + EVENT.offsetHigh] = highOf(offset);
    words[at + EVENT.rowHigh] = row.high;
    words[at + EVENT.rowLow] = row.low;
    words[at + EVENT.txId] = hasTxId ? lowOf(txId) : 0;
    words[at + EVENT.lsnLow] = hasLsn ? lowOf(lsn) : 0;
    words[at + EVENT.lsnHigh] = hasLsn ? highOf(lsn) : 0;
    words[at + EVENT.minutes] = minutes;
    words[at + EVENT.handled] = handled;
    for (let index = 0; index < toast.length; index++) words[at + EVENT_WORDS + index] = toast[index] ?? 0;
    return true;
  }
}

/** By a word of the key's hash. */
export const bucketOf = (word: number, bits: number): number => (bits === 0 ? 0 : word >>> (32 - bits));
