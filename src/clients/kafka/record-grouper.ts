import type { KafkaMessage } from "kafkajs";

import type { RecordChunk } from "../../reconcile/engine/engine.js";
import { RECORD, RECORD_FIELDS } from "../../reconcile/engine/record-index.js";

const MOST_BYTES = 2 * 2 ** 20;
const MOST_RECORDS = 8192;
/** Debezium's name for one run of a connector. */
const RUN_HEADER = "__debezium.context.runId";

/**
 * Groups the records of one partition into chunks. kafkajs leaves keys and values where they came in, thousands in one
 * piece of memory, so nothing is copied: a chunk is the part of it from its first record to its last.
 */
export class RecordGrouper {
  readonly #onRecords: (chunk: RecordChunk) => Promise<void>;
  readonly #index = new Float64Array(MOST_RECORDS * RECORD_FIELDS);
  #memory: ArrayBufferLike | undefined;
  #start = 0;
  #end = 0;
  #count = 0;
  #header: Buffer | undefined;
  #connectorRun = 0;

  constructor(onRecords: (chunk: RecordChunk) => Promise<void>) {
    this.#onRecords = onRecords;
  }

  /** Adds the record; false where those before it must be flushed first. */
  add(message: KafkaMessage, offset: number): boolean {
    const { headers } = message;
    if (this.#count === 0) this.#begin(message, headers?.[RUN_HEADER]);
    else if (!this.#hasRoom(message) || !isSame(headers?.[RUN_HEADER], this.#header)) return false;
    const { key, value, timestamp } = message;
    const at = this.#count++ * RECORD_FIELDS;
    const index = this.#index;
    index[at + RECORD.offset] = offset;
    index[at + RECORD.timestampMs] = Number(timestamp);
    index[at + RECORD.keyStart] = this.#startOf(key);
    index[at + RECORD.keyEnd] = this.#endOf(key);
    index[at + RECORD.valueStart] = this.#startOf(value);
    index[at + RECORD.valueEnd] = this.#endOf(value);
    return true;
  }

  async flush(table: number, partition: number): Promise<void> {
    if (this.#count === 0) return;
    const memory = this.#memory ?? new ArrayBuffer(0);
    const bytes = new Uint8Array(memory, this.#start, this.#end - this.#start);
    const index = this.#index.subarray(0, this.#count * RECORD_FIELDS);
    const count = this.#count;
    this.#count = 0;
    this.#memory = undefined;
    await this.#onRecords({ table, partition, bytes, index, count, connectorRun: this.#connectorRun });
  }

  /** Whether the record stands behind those that are here, in the same memory and near enough. */
  #hasRoom({ key, value }: KafkaMessage): boolean {
    if (this.#count === MOST_RECORDS) return false;
    const last = value ?? key;
    if (last === null) return true;
    // Its key is where its value is: kafkajs cuts both out of the bytes of one batch.
    if (last.buffer !== this.#memory || (key ?? last).byteOffset < this.#end) return false;
    return last.byteOffset + last.length - this.#start <= MOST_BYTES;
  }

  #begin({ key, value }: KafkaMessage, header: unknown): void {
    const first = key ?? value;
    this.#memory = first?.buffer;
    this.#start = first?.byteOffset ?? 0;
    this.#end = this.#start;
    if (isSame(header, this.#header)) return;
    this.#header = Buffer.isBuffer(header) ? Buffer.from(header) : undefined;
    this.#connectorRun = this.#header === undefined ? 0 : numberOf(this.#header);
  }

  #startOf(part: Buffer | null): number {
    return part === null ? 0 : part.byteOffset - this.#start;
  }

  /** -1 where there is nothing. */
  #endOf(part: Buffer | null): number {
    if (part === null) return -1;
    this.#end = part.byteOffset + part.length;
    return this.#end - this.#start;
  }
}

function isSame(header: unknown, known: Buffer | undefined): boolean {
  if (!Buffer.isBuffer(header)) return known === undefined;
  return known?.equals(header) === true;
}

/** A number that stands for these bytes, never 0. */
function numberOf(bytes: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0 || 1;
}
