/*
 * The messages inside a replication stream, as in PostgreSQL's manual under "Streaming Replication Protocol".
 * All LSNs are numbers of bytes.
 */

export type ReplicationMessage =
  | { readonly kind: "data"; readonly start: bigint; readonly data: Buffer }
  | { readonly kind: "keepalive"; readonly end: bigint; readonly wantsReply: boolean };

/** The year 2000, where PostgreSQL's clock begins. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

export function readReplicationMessage(message: Buffer): ReplicationMessage {
  const kind = String.fromCharCode(message.readUInt8(0));
  const lsn = message.readBigUInt64BE(1);
  switch (kind) {
    case "w":
      return { kind: "data", start: lsn, data: message.subarray(25) };
    case "k":
      return { kind: "keepalive", end: lsn, wantsReply: message.readUInt8(17) === 1 };
    default:
      throw new Error(`a replication message of an unknown kind: ${kind}`);
  }
}

/** Says that everything up to `lsn` is written, flushed and applied; 0 says nothing of the kind. */
export function statusUpdate(lsn: bigint): Buffer {
  const message = Buffer.alloc(34);
  message.write("r");
  for (const offset of [1, 9, 17]) message.writeBigUInt64BE(lsn, offset);
  message.writeBigInt64BE(BigInt(Date.now() - EPOCH_MS) * 1_000n, 25);
  return message;
}

/** `0/16B3748` as a number. */
export function parseLsn(text: string): bigint {
  const [high = "", low = ""] = text.split("/");
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function formatLsn(lsn: bigint): string {
  const hex = (part: bigint) => part.toString(16).toUpperCase();
  return `${hex(lsn >> 32n)}/${hex(lsn & 0xffff_ffffn)}`;
}
