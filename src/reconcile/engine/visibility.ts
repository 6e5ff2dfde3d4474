import type { Cut } from "./engine.js";
import { OP } from "./event-shape.js";
import { EVENT, FLAG, OP_MASK, wholeFrom } from "./records.js";

/** Whether the copied rows hold what an event tells. */
export const SEEN = { no: 0, yes: 1, maybe: 2 } as const;
export type Seen = (typeof SEEN)[keyof typeof SEEN];

/** Numbers of transactions come again after 2^32: not within this time, by far. */
const SAME_ROUND_MS = 6 * 3_600_000;

export class Visibility {
  readonly #cut: Cut;
  readonly #running: ReadonlySet<number>;
  readonly #notBeforeMinutes: number;

  constructor(cut: Cut) {
    this.#cut = cut;
    this.#running = new Set(cut.running.map((txId) => txId >>> 0));
    this.#notBeforeMinutes = Math.floor((cut.takenAtMs - SAME_ROUND_MS) / 60_000);
  }

  /** Of the event whose record is at `at`. */
  ofEvent(words: Int32Array, at: number): Seen {
    const kind = words[at + EVENT.kind] ?? 0;
    const place = words[at + EVENT.place] ?? 0;
    if ((kind & OP_MASK) === OP.read || (kind & FLAG.hasTxId) === 0) {
      const offset = wholeFrom(words[at + EVENT.offsetHigh] ?? 0, words[at + EVENT.offsetLow] ?? 0);
      return this.ofPlace(place >>> 16, place & 0xffff, offset);
    }
    return this.ofTransaction(words[at + EVENT.txId] ?? 0, words[at + EVENT.minutes] ?? 0);
  }

  /** Of what tells no transaction: what was in Kafka before the rows were looked at was committed before. */
  ofPlace(table: number, partition: number, offset: number): Seen {
    const end = this.#cut.certainReadsBefore[table]?.get(partition) ?? 0;
    return offset < end ? SEEN.yes : SEEN.maybe;
  }

  ofTransaction(txId: number, minutes: number): Seen {
    const { nextAtSnapshot, nextAtEnd, uncertainFrom } = this.#cut;
    // 0: it is not told when it was committed.
    if (minutes !== 0 && minutes < this.#notBeforeMinutes) return SEEN.yes;
    if (isFromTo(txId, nextAtSnapshot, nextAtEnd) || this.#running.has(txId >>> 0)) return SEEN.no;
    return uncertainFrom !== undefined && isFromTo(txId, uncertainFrom, nextAtSnapshot)
      ? SEEN.maybe
      : SEEN.yes;
  }
}

/** Whether a number of 32 bits is in the range, which may go past the greatest and begin anew. */
const isFromTo = (txId: number, from: number, to: number): boolean => (txId - from) >>> 0 < (to - from) >>> 0;
