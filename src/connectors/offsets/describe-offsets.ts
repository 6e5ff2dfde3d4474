import type { StoredOffset } from "../../clients/connect/connect-client.js";
import { readStoredPosition } from "../../doctor/facts/stored-position.js";
import { formatLsn } from "../../lsn.js";

/** `server=debezium.shop: lsn 0/16B3748`, a line for each partition of a source. */
export function describeOffsets(offsets: readonly StoredOffset[]): readonly string[] {
  return offsets.map((stored) => {
    const partition = Object.entries(stored.partition).map(([key, value]) => `${key}=${text(value)}`);
    return `${partition.join(", ")}: ${offsetText(stored)}`;
  });
}

/** An LSN where Debezium has stored one, else the offset as it is. */
function offsetText(stored: StoredOffset): string {
  const { partition, offset } = stored;
  if (offset === null) return "nothing";
  const server = typeof partition.server === "string" ? partition.server : undefined;
  const position = server === undefined ? null : readStoredPosition([stored], server);
  if (position !== null)
    return `lsn ${formatLsn(position.lsn)}${position.isSnapshot ? ", in a snapshot" : ""}`;
  return Object.entries(offset)
    .map(([key, value]) => `${key}=${text(value)}`)
    .join(", ");
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
