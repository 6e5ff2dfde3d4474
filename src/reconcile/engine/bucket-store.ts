import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

import { CdcError } from "../../errors.js";

const BLOCK_WORDS = 2048;
const WORD_BYTES = 4;

interface Bucket {
  /** The blocks in memory, and how many words of each are used. */
  blocks: number[];
  used: number[];
  /** Where its spilled words are in the file: position and length in bytes, in turn. */
  readonly extents: number[];
  words: number;
}

/**
 * Records of 32-bit words by bucket, in the order in which they came. They are held in memory of a fixed size; whenever
 * that is full, all of it goes to a file.
 */
export class BucketStore {
  /** Where a record that was opened is to be written. */
  words: Int32Array;
  readonly #buckets: Bucket[] = [];
  readonly #mostBlocks: number;
  readonly #path: string;
  readonly #free: number[] = [];
  #madeBlocks = 0;
  #file: number | undefined;
  #fileBytes = 0;

  /** @param path of a file that is made when it is needed */
  constructor(bucketCount: number, memoryBytes: number, path: string) {
    for (let index = 0; index < bucketCount; index++) {
      this.#buckets.push({ blocks: [], used: [], extents: [], words: 0 });
    }
    // Each bucket needs one block at least, to be written to.
    this.#mostBlocks = Math.max(bucketCount + 1, Math.floor(memoryBytes / (BLOCK_WORDS * WORD_BYTES)));
    this.words = new Int32Array(Math.min(this.#mostBlocks, 64) * BLOCK_WORDS);
    this.#path = path;
  }

  /** How many words a bucket has. */
  sizeOf(bucket: number): number {
    return this.#buckets[bucket]?.words ?? 0;
  }

  get spilledBytes(): number {
    return this.#fileBytes;
  }

  /** Makes room for a record; answers where in `words` it is to be written. */
  open(bucketNumber: number, words: number): number {
    if (words > BLOCK_WORDS) throw new CdcError("INTERNAL", `a record of ${words} words`);
    const bucket = this.#buckets[bucketNumber];
    if (bucket === undefined) throw new CdcError("INTERNAL", `no bucket ${bucketNumber}`);
    bucket.words += words;
    const last = bucket.blocks.length - 1;
    const used = bucket.used[last] ?? BLOCK_WORDS;
    if (used + words <= BLOCK_WORDS) {
      bucket.used[last] = used + words;
      return (bucket.blocks[last] ?? 0) * BLOCK_WORDS + used;
    }
    const block = this.#takeBlock();
    bucket.blocks.push(block);
    bucket.used.push(words);
    return block * BLOCK_WORDS;
  }

  /** Hands over a bucket's words piece by piece; no record is cut, and each piece is gone after the call. */
  read(bucketNumber: number, take: (words: Int32Array, length: number) => void): void {
    const bucket = this.#buckets[bucketNumber];
    if (bucket === undefined) return;
    const { extents, blocks, used } = bucket;
    for (let index = 0; index < extents.length; index += 2) {
      const piece = this.#readPiece(extents[index] ?? 0, extents[index + 1] ?? 0);
      take(piece, piece.length);
    }
    for (const [index, block] of blocks.entries()) {
      const length = used[index] ?? 0;
      const start = block * BLOCK_WORDS;
      take(this.words.subarray(start, start + length), length);
    }
  }

  close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = undefined;
  }

  #takeBlock(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#madeBlocks >= this.#mostBlocks) {
      this.#spill();
      return this.#takeBlock();
    }
    const block = this.#madeBlocks++;
    if (this.#madeBlocks * BLOCK_WORDS > this.words.length) this.#grow();
    return block;
  }

  #grow(): void {
    const blocks = Math.min(this.#mostBlocks, (this.words.length / BLOCK_WORDS) * 2);
    const grown = new Int32Array(blocks * BLOCK_WORDS);
    grown.set(this.words);
    this.words = grown;
  }

  #spill(): void {
    this.#file ??= openSync(this.#path, "wx+", 0o600);
    for (const bucket of this.#buckets) {
      const { blocks, used, extents } = bucket;
      if (blocks.length === 0) continue;
      const start = this.#fileBytes;
      for (const [index, block] of blocks.entries()) {
        this.#write(block * BLOCK_WORDS, used[index] ?? 0);
        this.#free.push(block);
      }
      extents.push(start, this.#fileBytes - start);
      bucket.blocks = [];
      bucket.used = [];
    }
  }

  #write(start: number, words: number): void {
    const bytes = new Uint8Array(this.words.buffer, start * WORD_BYTES, words * WORD_BYTES);
    let written = 0;
    while (written < bytes.length && this.#file !== undefined) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#fileBytes + written);
    }
    this.#fileBytes += bytes.length;
  }

  #readPiece(position: number, length: number): Int32Array {
    const piece = new Int32Array(length / WORD_BYTES);
    const bytes = new Uint8Array(piece.buffer);
    let got = 0;
    while (got < length && this.#file !== undefined) {
      const count = readSync(this.#file, bytes, got, length - got, position + got);
      if (count === 0) throw new CdcError("INTERNAL", `${this.#path} ends at ${position + got}`);
      got += count;
    }
    return piece;
  }
}
