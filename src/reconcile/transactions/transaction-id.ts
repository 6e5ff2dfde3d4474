const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const TWO_32 = 2 ** 32;

/**
 * The last id that was read: PostgreSQL's number of the transaction, and the position in the log at which the event
 * stood. So events of one transaction have ids that differ in the position; that of its END is the greatest.
 */
export class TransactionId {
  txId = 0;
  lsn = 0;

  /** Reads `1416:352384952`, or `1416` as older versions of Debezium write it; answers false where it is neither. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let value = 0;
    let txId = -1;
    if (end <= start) return false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte >= ZERO && byte <= NINE) value = value * 10 + (byte - ZERO);
      else if (byte === COLON && txId < 0 && at > start && at + 1 < end) {
        txId = value;
        value = 0;
      } else return false;
    }
    this.txId = (txId < 0 ? value : txId) % TWO_32;
    this.lsn = txId < 0 ? 0 : value;
    return true;
  }
}
