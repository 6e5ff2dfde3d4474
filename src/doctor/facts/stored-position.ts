import type { StoredOffset } from "../../clients/connect/connect-client.js";

/** What Debezium has stored in Kafka Connect of one database. */
export interface StoredPosition {
  /** The furthest LSN that it knows to be done, as a number. */
  readonly lsn: bigint;
  /** Whether it was stored in a snapshot that is not finished. */
  readonly isSnapshot: boolean;
}

const LSN_KEYS = ["lsn", "lsn_proc", "lsn_commit"];

/**
 * The position of the connector with this topic prefix; null where there is none. Of the LSNs that Debezium
 * stores the greatest counts: rows of transactions that overlap come in the order of their commits, so the
 * LSN of the last row may lie before a commit that is done.
 */
export function readStoredPosition(
  offsets: readonly StoredOffset[],
  topicPrefix: string | undefined,
): StoredPosition | null {
  const offset = offsets.find(({ partition }) => partition.server === topicPrefix)?.offset ?? {};
  const lsns = LSN_KEYS.map((key) => toLsn(offset[key])).filter((lsn) => lsn !== undefined);
  const [first] = lsns;
  if (first === undefined) return null;
  const lsn = lsns.reduce((greatest, one) => (one > greatest ? one : greatest), first);
  // Of a snapshot that is finished nothing is kept once a change was streamed.
  return { lsn, isSnapshot: offset.snapshot !== undefined && offset.snapshot_completed !== true };
}

function toLsn(value: unknown): bigint | undefined {
  const isWhole = typeof value === "number" ? Number.isSafeInteger(value) : /^\d+$/.test(String(value));
  return isWhole ? BigInt(value as number | string) : undefined;
}
