import type { SlotPosition } from "../../clients/slot-positions.js";
import type { StoredPosition } from "../../doctor/facts/stored-position.js";
import { formatBytes } from "../../format.js";
import { formatLsn, parseLsn } from "../../lsn.js";

/** How what Connect has stored of a Debezium connector for PostgreSQL stands to its replication slot. */
export type Agreement =
  | "equal"
  | "slot behind"
  | "slot ahead"
  | "slot missing"
  | "slot lost"
  | "offset ahead of server"
  | "snapshot not finished"
  | "nothing stored";

export interface Comparison {
  readonly agreement: Agreement;
  /** What it means for the changes, in one sentence. */
  readonly meaning: string;
  /** Whether changes are lost to this connector, or would be when it goes on. */
  readonly isLoss: boolean;
}

/** Connect and PostgreSQL are read a moment apart, in which a busy server may write this much. */
const MOMENT_BYTES = 64n * 1024n ** 2n;

/**
 * @param slot read before the stored position: it follows that one, so it is never ahead by chance; undefined where
 *   the server has none of that name
 * @param endLsn where the server's WAL ends
 */
export function comparePositions(
  stored: StoredPosition | null,
  slot: Pick<SlotPosition, "walStatus" | "confirmedLsn"> | undefined,
  endLsn: string,
): Comparison {
  if (stored === null) {
    return harmless("nothing stored", "Nothing is stored yet: started now, the connector takes a snapshot.");
  }
  if (slot === undefined) {
    return loss(
      "slot missing",
      "The slot is not there: nothing kept the changes since the offset. Debezium refuses to start, or begins anew where snapshot.mode says so.",
    );
  }
  if (slot.walStatus === "lost") {
    return loss(
      "slot lost",
      "PostgreSQL has removed WAL that was not read yet: the changes in it never come.",
    );
  }
  if (stored.isSnapshot) {
    return harmless(
      "snapshot not finished",
      "The snapshot is not finished: it begins again when the connector does.",
    );
  }
  const confirmed = slot.confirmedLsn === null ? 0n : parseLsn(slot.confirmedLsn);
  if (stored.lsn < confirmed) {
    return loss(
      "slot ahead",
      `The slot is ahead of the offset by ${formatBytes(Number(confirmed - stored.lsn))} of WAL: the changes in between are lost to this connector.`,
    );
  }
  if (stored.lsn > parseLsn(endLsn) + MOMENT_BYTES) {
    return loss(
      "offset ahead of server",
      `The server's WAL ends at ${endLsn}, before the offset: it was restored, or is another. Debezium leaves out every change until the WAL has passed ${formatLsn(stored.lsn)}.`,
    );
  }
  if (stored.lsn === confirmed) return harmless("equal", "They agree.");
  return harmless(
    "slot behind",
    `The slot is behind the offset by ${formatBytes(Number(stored.lsn - confirmed))} of WAL: harmless, PostgreSQL sends that again and Debezium passes over it.`,
  );
}

const harmless = (agreement: Agreement, meaning: string): Comparison => ({
  agreement,
  meaning,
  isLoss: false,
});

const loss = (agreement: Agreement, meaning: string): Comparison => ({ agreement, meaning, isLoss: true });
