import type { BucketStore } from "./bucket-store.js";
import { CopyReader } from "./copy-reader.js";
import type { EngineOptions, TableSpec } from "./engine.js";
import { bucketOf } from "./event-writer.js";
import { hashCopiedKey } from "./hash-copied.js";
import type { Layouts } from "./layouts.js";
import { highOf, lowOf, ROW, ROW_WORDS } from "./records.js";
import type { Column } from "./table-columns.js";
import { isSampled, type TableHashers } from "./table-hashers.js";

export interface RowSink {
  readonly options: EngineOptions;
  readonly store: BucketStore;
  readonly bucketBits: number;
  readonly hashers: TableHashers;
}

/** Reads one table's copied rows into the store: their hash for each layout that its events have. */
export class TableRows {
  rows = 0;
  /** The number of the copy: rows of an earlier one do not count. */
  copy = 0;
  /** The columns that some layout lacks: of each row it is kept which of them are not NULL. */
  missing: readonly number[] = [];
  readonly #number: number;
  readonly #columns: readonly Column[];
  readonly #keyPlaces: readonly number[];
  readonly #layouts: Layouts;
  readonly #sink: RowSink;
  #reader: CopyReader | undefined;
  #layoutCount = 0;
  /** By layout and column: 1 where the layout has it. */
  #has = new Uint8Array(0);
  #wanted: number[] = [];
  #words = ROW_WORDS;
  readonly #high: number[] = [];
  readonly #low: number[] = [];

  constructor(number: number, table: TableSpec, columns: readonly Column[], layouts: Layouts, sink: RowSink) {
    this.#number = number;
    this.#columns = columns;
    this.#layouts = layouts;
    this.#sink = sink;
    this.#keyPlaces = table.columns.flatMap(({ name }, place) => (table.key.includes(name) ? [place] : []));
  }

  begin(): void {
    const layouts = this.#layouts.columns;
    const places = this.#columns.map((_, place) => place);
    const hasKey = this.#keyPlaces.length > 0;
    this.copy++;
    this.rows = 0;
    this.#layoutCount = layouts.length;
    this.#has = new Uint8Array(layouts.length * places.length);
    for (const [layout, columns] of layouts.entries()) {
      for (const place of columns) this.#has[layout * places.length + place] = 1;
    }
    const isComparable = (place: number) => this.#columns[place]?.codec !== undefined;
    const isInAny = (place: number) => layouts.some((columns) => columns.includes(place));
    this.#wanted = places.filter((place) => isComparable(place) && (layouts.length === 0 || isInAny(place)));
    this.missing = hasKey
      ? places.filter((place) => layouts.some((columns) => !columns.includes(place)))
      : [];
    const hashWords = hasKey ? layouts.length * 2 : 0;
    this.#words = ROW_WORDS + hashWords + Math.ceil(this.missing.length / 32);
    this.#reader = new CopyReader(
      places.length,
      hasKey
        ? (bytes, spans) => this.#addKeyed(bytes, spans)
        : (bytes, spans) => this.#addKeyless(bytes, spans),
    );
  }

  add(bytes: Uint8Array): void {
    this.#reader?.add(bytes);
  }

  end(): void {
    this.#reader?.end();
    this.#reader = undefined;
  }

  #addKeyed(bytes: Uint8Array, spans: Int32Array): void {
    hashCopiedKey(bytes, spans, this.#keyPlaces, this.#columns, this.#sink.hashers);
    const at = this.#open();
    if (at === -1) return;
    const columnCount = this.#columns.length;
    const layoutCount = this.#layoutCount;
    const high = this.#high;
    const low = this.#low;
    for (let layout = 0; layout < layoutCount; layout++) {
      high[layout] = 0;
      low[layout] = 0;
    }
    const { first } = this.#sink.hashers;
    for (const place of layoutCount === 0 ? [] : this.#wanted) {
      const start = spans[place * 2] ?? -1;
      const codec = this.#columns[place]?.codec;
      if (start === -1 || codec === undefined) continue;
      first.begin(place);
      codec.hashBinary(bytes, start, spans[place * 2 + 1] ?? 0, first);
      first.end();
      for (let layout = 0; layout < layoutCount; layout++) {
        if (this.#has[layout * columnCount + place] !== 1) continue;
        high[layout] = (high[layout] ?? 0) + (first.high >>> 0);
        low[layout] = (low[layout] ?? 0) + (first.low >>> 0);
      }
    }
    const { words } = this.#sink.store;
    let next = at + ROW_WORDS;
    for (let layout = 0; layout < layoutCount; layout++) {
      const sumLow = low[layout] ?? 0;
      words[next++] = lowOf((high[layout] ?? 0) + highOf(sumLow));
      words[next++] = lowOf(sumLow);
    }
    this.#writeMissing(words, next, spans);
  }

  #addKeyless(bytes: Uint8Array, spans: Int32Array): void {
    hashCopiedKey(bytes, spans, this.#wanted, this.#columns, this.#sink.hashers);
    this.#open();
  }

  /** Writes the beginning of the row whose key was hashed last; -1 where it is not in the sample. */
  #open(): number {
    const { store, bucketBits, hashers, options } = this.#sink;
    const { keyFirst, keySecond } = hashers;
    const first = keyFirst.low;
    if (!isSampled(first, options.sample)) return -1;
    this.rows++;
    const second = keySecond.low;
    const at = store.open(bucketOf(second, bucketBits), this.#words);
    const { words } = store;
    words[at] = first;
    words[at + 1] = second;
    words[at + 2] = keyFirst.high;
    words[at + 3] = keySecond.high;
    words[at + ROW.place] = (this.#number << 16) | this.#words;
    words[at + ROW.layouts] = (this.copy << 16) | this.#layoutCount;
    return at;
  }

  #writeMissing(words: Int32Array, from: number, spans: Int32Array): void {
    const { missing } = this;
    for (let index = 0; index < missing.length; index++) {
      const word = from + (index >> 5);
      if ((index & 31) === 0) words[word] = 0;
      if ((spans[(missing[index] ?? 0) * 2] ?? -1) !== -1)
        words[word] = (words[word] ?? 0) | (1 << (index & 31));
    }
  }
}
