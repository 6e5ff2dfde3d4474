import type { RecordChunk } from "./engine.js";
import { RECORD, RECORD_FIELDS } from "./record-index.js";
import { indexBytes } from "./worker-messages.js";

/** Collects chunks that belong together in memory that can be handed to another thread: the index, and then the bytes. */
export class RecordBuffer {
  readonly #buffer: ArrayBuffer;
  readonly #first: RecordChunk;
  readonly #index: Float64Array;
  readonly #bytes: Uint8Array;
  #count = 0;
  #byteLength = 0;

  /** @param buffer that has room for `first` at least: `RecordBuffer.sizeFor` */
  constructor(buffer: ArrayBuffer, first: RecordChunk) {
    const bytesAt = indexBytes(first.count);
    this.#buffer = buffer;
    this.#first = first;
    this.#index = new Float64Array(buffer, 0, bytesAt / Float64Array.BYTES_PER_ELEMENT);
    this.#bytes = new Uint8Array(buffer, bytesAt);
    this.add(first);
  }

  static sizeFor({ count, bytes }: RecordChunk): number {
    return indexBytes(count) + bytes.length;
  }

  /** Whether the chunk belongs to those that are here, and there is room for it. */
  takes({ table, partition, connectorRun, count, bytes }: RecordChunk): boolean {
    const first = this.#first;
    if (table !== first.table || partition !== first.partition || connectorRun !== first.connectorRun)
      return false;
    const hasRoom = (this.#count + count) * RECORD_FIELDS <= this.#index.length;
    return hasRoom && this.#byteLength + bytes.length <= this.#bytes.length;
  }

  add({ index, bytes, count }: RecordChunk): void {
    const moved = this.#byteLength;
    const from = this.#count * RECORD_FIELDS;
    this.#bytes.set(bytes, moved);
    this.#index.set(index.subarray(0, count * RECORD_FIELDS), from);
    this.#byteLength += bytes.length;
    this.#count += count;
    if (moved > 0) this.#move(from, moved);
  }

  get request() {
    const { table, partition, connectorRun = 0 } = this.#first;
    const place = { bytesAt: this.#bytes.byteOffset, byteLength: this.#byteLength, count: this.#count };
    return { kind: "records", buffer: this.#buffer, table, partition, connectorRun, ...place } as const;
  }

  #move(from: number, by: number): void {
    const index = this.#index;
    for (let at = from; at < this.#count * RECORD_FIELDS; at += RECORD_FIELDS) {
      for (let field: number = RECORD.keyStart; field <= RECORD.valueEnd; field++) {
        const place = index[at + field] ?? -1;
        if (place !== -1) index[at + field] = place + by;
      }
    }
  }
}
