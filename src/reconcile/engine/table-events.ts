import type { RecordChunk, TableSpec } from "./engine.js";
import { EventHashes } from "./event-hashes.js";
import { wholeAt } from "./event-parts.js";
import { type EventShape, learnEventShape, OP } from "./event-shape.js";
import type { EventSink, Truncate } from "./event-sink.js";
import { EventWriter } from "./event-writer.js";
import { HeadReader } from "./head-reader.js";
import { type KeyShape, learnKeyShape } from "./key-shape.js";
import type { Layouts } from "./layouts.js";
import type { PartitionOrder } from "./partition-order.js";
import { RECORD, RECORD_FIELDS } from "./record-index.js";
import { FLAG } from "./records.js";
import { ShapeList } from "./shape-list.js";
import { type Column, keyColumnsOf } from "./table-columns.js";

const NO_TOAST: readonly number[] = [];

/** Reads one table's records into the store. */
export class TableEvents {
  readonly layouts: Layouts;
  readonly truncates: Truncate[] = [];
  /** By partition: where a later snapshot of a table without a key began, which replaces what was before. */
  readonly replacedBefore = new Map<number, number>();
  events = 0;
  undecodable = 0;
  foreign = 0;
  late = 0;
  /** Whether some were rows by themselves. */
  isFlattened = false;
  /** Of truncates; the others are found key by key. */
  duplicates = 0;
  readonly #number: number;
  readonly #sink: EventSink;
  readonly #hasKey: boolean;
  readonly #hashes: EventHashes;
  readonly #writer: EventWriter;
  readonly #keys: ShapeList<KeyShape>;
  readonly #values: ShapeList<EventShape>;
  readonly #snapshotLsn = new Map<number, number>();
  readonly #heads = new HeadReader();

  constructor(
    number: number,
    table: TableSpec,
    columns: readonly Column[],
    layouts: Layouts,
    sink: EventSink,
  ) {
    const { options, hashers, store, bucketBits } = sink;
    this.layouts = layouts;
    this.#number = number;
    this.#sink = sink;
    this.#hasKey = table.key.length > 0;
    this.#hashes = new EventHashes(columns, hashers);
    this.#writer = new EventWriter({ store, bucketBits, hashers, sample: options.sample });
    const keyColumns = keyColumnsOf(table);
    this.#keys = new ShapeList((bytes, start, end) => learnKeyShape(bytes, start, end, keyColumns));
    const places = new Map(table.columns.map(({ field }, place) => [field, place]));
    const { database, connector } = options;
    const shapeOptions = { columns: places, layouts, database, connector };
    this.#values = new ShapeList((bytes, start, end) => learnEventShape(bytes, start, end, shapeOptions));
  }

  get partitions(): ReadonlyMap<number, PartitionOrder> {
    return this.#heads.partitions;
  }

  addRecords(chunk: RecordChunk): void {
    const { bytes, index, count } = chunk;
    this.#heads.begin(chunk);
    for (let record = 0; record < count; record++) {
      const at = record * RECORD_FIELDS;
      const keyStart = index[at + RECORD.keyStart] ?? 0;
      const keyEnd = index[at + RECORD.keyEnd] ?? -1;
      const valueStart = index[at + RECORD.valueStart] ?? 0;
      const valueEnd = index[at + RECORD.valueEnd] ?? -1;
      this.#heads.next(index[at + RECORD.offset] ?? 0);
      const isRead =
        valueEnd === -1
          ? this.#addTombstone(bytes, keyStart, keyEnd)
          : this.#addEvent(
              bytes,
              keyStart,
              keyEnd,
              valueStart,
              valueEnd,
              index[at + RECORD.timestampMs] ?? 0,
            );
      if (isRead) continue;
      this.undecodable++;
      this.#tell("undecodable");
    }
  }

  #addTombstone(bytes: Uint8Array, keyStart: number, keyEnd: number): boolean {
    if (!this.#hasKey) return true;
    if (!this.#hashKey(bytes, keyStart, keyEnd)) return false;
    this.#hashes.forgetRow();
    this.#heads.readTombstone();
    this.#writer.write(this.#number, OP.tombstone, this.#heads.head, NO_TOAST);
    return true;
  }

  #addEvent(
    bytes: Uint8Array,
    keyStart: number,
    keyEnd: number,
    valueStart: number,
    valueEnd: number,
    timestampMs: number,
  ): boolean {
    const shape = this.#values.find(bytes, valueStart, valueEnd);
    if (shape === undefined) return false;
    if (shape.isForeign) {
      this.foreign++;
      return true;
    }
    const { spans } = this.#values;
    const { op } = shape;
    if (shape.isFlattened) this.isFlattened = true;
    const committedMs = wholeAt(bytes, spans, shape.committedMs);
    const isRewound = this.#heads.read(bytes, shape, spans, committedMs);
    if (op !== OP.read && !Number.isNaN(committedMs)) this.#addLatency(timestampMs - committedMs);
    this.#tellLedger(bytes, shape, spans);
    if (op === OP.truncate) return this.#addTruncate();
    const kind =
      op |
      (isRewound ? FLAG.rewound : 0) |
      (shape.isFlattened ? FLAG.isFlattened : 0) |
      (shape.isIncremental ? FLAG.isIncremental : 0);
    if (!this.#hasKey) return this.#addKeyless(bytes, shape, kind);
    if (!this.#hashKey(bytes, keyStart, keyEnd)) return false;
    if (op === OP.delete) this.#hashes.forgetRow();
    else if (!this.#hashes.hashRow(bytes, shape.after, spans)) return false;
    if (this.#writer.write(this.#number, kind, this.#heads.head, this.#hashes.toast)) this.events++;
    return true;
  }

  /** Of a table without a key: the row is its own key, and an event adds one, takes one away, or both. */
  #addKeyless(bytes: Uint8Array, shape: EventShape, kind: number): boolean {
    const { spans } = this.#values;
    const { op, before, after } = shape;
    if (op === OP.read && !shape.isIncremental) this.#noteSnapshot();
    this.#hashes.forgetRow();
    let isWritten = false;
    if (op === OP.update || op === OP.delete) {
      if (before.length === 0 || !this.#hashes.hashKey(bytes, before, spans)) return false;
      isWritten = this.#writer.write(this.#number, kind | FLAG.isMinus, this.#heads.head, NO_TOAST);
    }
    if (op !== OP.delete) {
      if (!this.#hashes.hashKey(bytes, after, spans)) return false;
      isWritten = this.#writer.write(this.#number, kind, this.#heads.head, NO_TOAST) || isWritten;
    }
    if (isWritten) this.events++;
    return true;
  }

  #addLatency(ms: number): void {
    this.#sink.latency.add(ms);
    const { lateAfterMs } = this.#sink.options;
    if (lateAfterMs === undefined || ms <= lateAfterMs) return;
    this.late++;
    this.#tell("late");
  }

  #tellLedger(bytes: Uint8Array, shape: EventShape, spans: Int32Array): void {
    const { ledger } = this.#sink;
    const slot = shape.transactionId;
    if (ledger === undefined || slot === -1) return;
    const { partition, offset } = this.#heads.head;
    const order = wholeAt(bytes, spans, shape.totalOrder);
    const collectionOrder = wholeAt(bytes, spans, shape.collectionOrder);
    // Without the quotes.
    const start = (spans[slot * 2] ?? 0) + 1;
    const end = (spans[slot * 2 + 1] ?? 0) - 1;
    ledger.addEvent(bytes, start, end, this.#number, order, collectionOrder, partition, offset);
  }

  #addTruncate(): boolean {
    const { txId, lsn, minutes, partition, offset } = this.#heads.head;
    if (Number.isNaN(lsn)) return false;
    this.events++;
    const truncate = { txId: Number.isNaN(txId) ? undefined : txId, lsn, minutes, partition, offset };
    const isKnown = this.truncates.some((known) => known.lsn === lsn && known.txId === truncate.txId);
    if (!isKnown) this.truncates.push(truncate);
    else {
      this.duplicates++;
      this.#tell("duplicate");
    }
    return true;
  }

  #noteSnapshot(): void {
    const { partition, offset, lsn } = this.#heads.head;
    const known = this.#snapshotLsn.get(partition);
    if (known !== undefined && lsn > known) this.replacedBefore.set(partition, offset);
    if (known === undefined || lsn > known) this.#snapshotLsn.set(partition, lsn);
  }

  #hashKey(bytes: Uint8Array, start: number, end: number): boolean {
    const shape = end === -1 ? undefined : this.#keys.find(bytes, start, end);
    return shape !== undefined && this.#hashes.hashKey(bytes, shape.columns, this.#keys.spans);
  }

  #tell(kind: "undecodable" | "late" | "duplicate"): void {
    const { partition, offset } = this.#heads.head;
    this.#sink.tell({ table: this.#number, kind, keyHash: "", partition, offset });
  }
}
