import type { KafkaMessage } from "kafkajs";

import type { RecordChunk } from "../reconcile/engine/engine.js";

const CHUNK_BYTES = 2 * 2 ** 20;
const CHUNK_RECORDS = 8192;
const INDEX_FIELDS = 5;
/** Debezium's name for one run of a connector. */
const RUN_HEADER = "__debezium.context.runId";

/** Packs the records of one partition into chunks, in memory that is used again and again. */
export class RecordPacker {
  readonly #onRecords: (chunk: RecordChunk) => Promise<void>;
  readonly #index = new Float64Array(CHUNK_RECORDS * INDEX_FIELDS);
  #bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #at = 0;
  #count = 0;
  #header: Buffer | undefined;
  #connectorRun = 0;

  constructor(onRecords: (chunk: RecordChunk) => Promise<void>) {
    this.#onRecords = onRecords;
  }

  /** Whether what is packed must be flushed before this record. */
  isFull({ key, value, headers }: KafkaMessage): boolean {
    if (this.#count === 0) return false;
    const size = (key?.length ?? 0) + (value?.length ?? 0);
    if (this.#count === CHUNK_RECORDS || this.#at + size > this.#bytes.length) return true;
    return !isSame(headers?.[RUN_HEADER], this.#header);
  }

  add({ key, value, headers, timestamp }: KafkaMessage, offset: number): void {
    if (this.#count === 0) this.#begin((key?.length ?? 0) + (value?.length ?? 0), headers?.[RUN_HEADER]);
    const at = this.#count++ * INDEX_FIELDS;
    const index = this.#index;
    index[at] = offset;
    index[at + 1] = Number(timestamp);
    index[at + 2] = this.#at;
    index[at + 3] = this.#put(key);
    index[at + 4] = this.#put(value);
  }

  async flush(table: number, partition: number): Promise<void> {
    if (this.#count === 0) return;
    const bytes = this.#bytes.subarray(0, this.#at);
    const index = this.#index.subarray(0, this.#count * INDEX_FIELDS);
    const count = this.#count;
    this.#count = 0;
    this.#at = 0;
    await this.#onRecords({ table, partition, bytes, index, count, connectorRun: this.#connectorRun });
  }

  #begin(size: number, header: unknown): void {
    if (size > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(size);
    if (isSame(header, this.#header)) return;
    this.#header = Buffer.isBuffer(header) ? Buffer.from(header) : undefined;
    this.#connectorRun = this.#header === undefined ? 0 : numberOf(this.#header);
  }

  /** Answers where it ends; -1 where there is nothing. */
  #put(bytes: Buffer | null): number {
    if (bytes === null) return -1;
    bytes.copy(this.#bytes, this.#at);
    this.#at += bytes.length;
    return this.#at;
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
