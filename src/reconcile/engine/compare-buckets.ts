import type { BucketStore } from "./bucket-store.js";
import { judgeKey } from "./judge-key.js";
import { judgeMultiset } from "./judge-multiset.js";
import { KeyTable } from "./key-table.js";
import { eventLength, ROW, rowLength } from "./records.js";
import type { TableFacts } from "./table-facts.js";
import type { Named } from "./tally.js";
import type { Visibility } from "./visibility.js";

/** A bucket with more words is compared in parts. */
const MOST_WORDS = 4 * 2 ** 20;

/** Compares bucket by bucket what is in the two stores. */
export function compareBuckets(
  bucketCount: number,
  events: BucketStore,
  rows: BucketStore,
  tables: readonly TableFacts[],
  visibility: Visibility,
  named: Named,
): void {
  const keys = new KeyTable();
  const eventWords = new Gathered(eventLength);
  const rowWords = new Gathered(rowLength);
  const list: number[] = [];
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const parts = partsFor(events.sizeOf(bucket) + rows.sizeOf(bucket));
    for (let part = 0; part < parts; part++) {
      eventWords.gather(events, bucket, part, parts);
      rowWords.gather(rows, bucket, part, parts);
      const isWanted = (at: number) => {
        const place = (rowWords.words[at + ROW.place] ?? 0) >>> 16;
        return tables[place]?.copy === (rowWords.words[at + ROW.layouts] ?? 0) >>> 16;
      };
      keys.fill(eventWords.words, eventWords.length, rowWords.words, rowWords.length, isWanted);
      for (let key = 0; key < keys.keyCount; key++) {
        const table = tables[keys.tableOf(key)];
        if (table === undefined) continue;
        keys.eventsOf(key, list);
        judge(keys, key, list, eventWords.words, rowWords.words, table, visibility, named);
      }
    }
  }
}

function judge(
  keys: KeyTable,
  key: number,
  eventsAt: number[],
  events: Int32Array,
  rows: Int32Array,
  table: TableFacts,
  visibility: Visibility,
  named: Named,
): void {
  const rowAt = keys.rowOf(key);
  const rowCount = keys.rowCountOf(key);
  if (table.hasKey) {
    judgeKey({ events, rows, eventsAt, rowAt }, table, visibility, named);
    // The columns that were chosen for the key do not tell these rows apart.
    if (rowCount > 1) table.tally.unproved += rowCount - 1;
    return;
  }
  const at = rowAt === -1 ? { words: events, at: eventsAt[0] ?? 0 } : { words: rows, at: rowAt };
  judgeMultiset(events, eventsAt, rowCount, at, table, visibility, named);
}

function partsFor(words: number): number {
  let parts = 1;
  while (parts * MOST_WORDS < words && parts < 1024) parts *= 2;
  return parts;
}

/** The words of one part of a bucket, in memory that is used again. */
class Gathered {
  words = new Int32Array(1024);
  length = 0;
  readonly #lengthOf: (words: Int32Array, at: number) => number;

  constructor(lengthOf: (words: Int32Array, at: number) => number) {
    this.#lengthOf = lengthOf;
  }

  gather(store: BucketStore, bucket: number, part: number, parts: number): void {
    this.length = 0;
    this.#reserve(Math.min(store.sizeOf(bucket), MOST_WORDS));
    store.read(bucket, (piece, length) => {
      if (parts === 1) {
        this.#add(piece, 0, length);
        return;
      }
      for (let at = 0; at < length;) {
        const words = this.#lengthOf(piece, at);
        // Another word of the key than the one that chose the bucket.
        if (((piece[at + 2] ?? 0) & (parts - 1)) === part) this.#add(piece, at, words);
        at += words;
      }
    });
  }

  #add(piece: Int32Array, at: number, words: number): void {
    this.#reserve(this.length + words);
    if (words > 64) this.words.set(piece.subarray(at, at + words), this.length);
    else for (let word = 0; word < words; word++) this.words[this.length + word] = piece[at + word] ?? 0;
    this.length += words;
  }

  #reserve(words: number): void {
    if (words <= this.words.length) return;
    const grown = new Int32Array(Math.max(words, this.words.length * 2));
    grown.set(this.words.subarray(0, this.length));
    this.words = grown;
  }
}
