import type { EventModes } from "../columns/column-codec.js";
import { CopyReader } from "./copy-reader.js";
import type { TableSpec } from "./engine.js";
import { hashCopiedKey } from "./hash-copied.js";
import { type CodecOf, type Column, columnsOf } from "./table-columns.js";
import { keyName, TableHashers } from "./table-hashers.js";

/** A row as a person reads it: a text for each column that can be compared, null for NULL. */
export type ShownRow = Readonly<Record<string, string | null>>;

export interface RowCollectorOptions {
  readonly table: TableSpec;
  readonly modes: EventModes;
  /** That of the engine that told the hashes. */
  readonly seed: readonly [high: number, low: number];
  readonly codecOf: CodecOf;
  /** The hashes of keys, as `Difference.keyHash`. */
  readonly wanted: ReadonlySet<string>;
}

/** Finds rows again by the hashes of their keys, in COPY's binary output of the table. */
export class RowCollector {
  /** By the hash of its key; of equal rows of a table without a key one. */
  readonly found = new Map<string, ShownRow>();
  readonly #columns: readonly Column[];
  readonly #keyPlaces: readonly number[];
  readonly #hashers: TableHashers;
  readonly #wanted: ReadonlySet<string>;
  readonly #reader: CopyReader;
  readonly #words = new Int32Array(4);

  constructor({ table, modes, seed, codecOf, wanted }: RowCollectorOptions) {
    this.#columns = columnsOf(table, modes, codecOf);
    this.#hashers = new TableHashers(seed);
    this.#wanted = wanted;
    const isOfKey = (name: string) => table.key.length === 0 || table.key.includes(name);
    this.#keyPlaces = table.columns.flatMap(({ name }, place) => (isOfKey(name) ? [place] : []));
    this.#reader = new CopyReader(table.columns.length, (bytes, spans) => this.#take(bytes, spans));
  }

  add(bytes: Uint8Array): void {
    this.#reader.add(bytes);
  }

  #take(bytes: Uint8Array, spans: Int32Array): void {
    const { keyFirst, keySecond } = this.#hashers;
    hashCopiedKey(bytes, spans, this.#keyPlaces, this.#columns, this.#hashers);
    const words = this.#words;
    words[0] = keyFirst.low;
    words[1] = keySecond.low;
    words[2] = keyFirst.high;
    words[3] = keySecond.high;
    const name = keyName(words, 0);
    if (this.#wanted.has(name)) this.found.set(name, this.#show(bytes, spans));
  }

  #show(bytes: Uint8Array, spans: Int32Array): ShownRow {
    const row: Record<string, string | null> = {};
    for (const [place, { name, codec }] of this.#columns.entries()) {
      const start = spans[place * 2] ?? -1;
      if (codec === undefined) continue;
      row[name] = start === -1 ? null : codec.showBinary(bytes.slice(start, spans[place * 2 + 1]));
    }
    return row;
  }
}
