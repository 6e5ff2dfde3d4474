import type { RecordChunk } from "./engine.js";
import { firstOfSequence, hashOfSlot, wholeAt } from "./event-parts.js";
import { type EventShape, OP } from "./event-shape.js";
import type { EventHead } from "./event-writer.js";
import { PartitionOrder } from "./partition-order.js";
import { NO_LAYOUT } from "./records.js";

const TWO_32 = 2 ** 32;
const MS_OF_MINUTE = 60_000;
/** They have a byte in the records. */
const MOST_RUNS = 255;

/** Reads what an event says beside its row, and where it stands among the others of its partition. */
export class HeadReader {
  /** The one that was read last. */
  readonly head: EventHead = {
    partition: 0,
    offset: 0,
    run: 0,
    layout: 0,
    txId: NaN,
    lsn: NaN,
    minutes: 0,
    handled: 0,
  };
  readonly partitions = new Map<number, PartitionOrder>();
  readonly #runs = new Map<number, number>();
  #order = new PartitionOrder();

  /** The records that come are of this partition and this run of the connector. */
  begin({ partition, connectorRun = 0 }: RecordChunk): void {
    this.#order = this.partitions.get(partition) ?? new PartitionOrder();
    this.partitions.set(partition, this.#order);
    this.#order.setConnectorRun(this.#runOf(connectorRun));
    this.head.partition = partition;
  }

  next(offset: number): void {
    this.head.offset = offset;
    this.#order.lastOffset = offset;
  }

  readTombstone(): void {
    const { head } = this;
    head.run = this.#order.run;
    head.layout = NO_LAYOUT;
    head.txId = NaN;
    head.lsn = NaN;
    head.minutes = 0;
    head.handled = 0;
  }

  /** Answers whether the event stands before one that came earlier. */
  read(bytes: Uint8Array, shape: EventShape, spans: Int32Array, committedMs: number): boolean {
    const { head } = this;
    const order = this.#order;
    const txId = wholeAt(bytes, spans, shape.txId);
    head.txId = txId >= TWO_32 ? txId % TWO_32 : txId;
    head.lsn = wholeAt(bytes, spans, shape.lsn);
    head.minutes = Number.isNaN(committedMs) ? 0 : Math.floor(committedMs / MS_OF_MINUTE);
    head.layout = shape.layout === -1 ? NO_LAYOUT : shape.layout;
    head.handled = hashOfSlot(bytes, spans, shape.handledNs);
    let isRewound = false;
    if (shape.op !== OP.read && !Number.isNaN(head.lsn)) {
      const commitLsn = firstOfSequence(bytes, spans, shape.sequence);
      isRewound = !Number.isNaN(commitLsn) && order.place(commitLsn, head.lsn);
    }
    head.run = order.run;
    return isRewound;
  }

  /** A small number for a run of the connector; 0 where it is not known. */
  #runOf(connectorRun: number): number {
    if (connectorRun === 0) return 0;
    const known = this.#runs.get(connectorRun);
    if (known !== undefined) return known;
    const run = (this.#runs.size % MOST_RUNS) + 1;
    this.#runs.set(connectorRun, run);
    return run;
  }
}
