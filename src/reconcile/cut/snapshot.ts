/** Which transactions a snapshot of PostgreSQL holds, by the 32 bits of their numbers that events have. */
export interface TransactionSnapshot {
  /** The first that was still running. */
  readonly oldestRunning: number;
  /** The first that had not begun, or not ended, when the snapshot was taken. */
  readonly next: number;
  readonly running: readonly number[];
}

/** @param text what `pg_current_snapshot()` says: `xmin:xmax:xip,xip` */
export function parseSnapshot(text: string): TransactionSnapshot {
  const [oldest = "", next = "", running = ""] = text.split(":");
  return {
    oldestRunning: lowBits(oldest),
    next: lowBits(next),
    running: running === "" ? [] : running.split(",").map(lowBits),
  };
}

/** Events have the numbers of transactions without their epoch. */
export const lowBits = (transaction: string): number => Number(BigInt(transaction) & 0xffff_ffffn);
