import { isNull } from "./json-values.js";
import { IS_PLACEHOLDER } from "./records.js";
import type { Column } from "./table-columns.js";
import type { TableHashers } from "./table-hashers.js";

/**
 * Hashes what an event has of a table's columns. `pairs` are columns and the slots of their values; `spans` has start
 * and end of each slot's value in `bytes`. Each answers false where a value is none that its column can have.
 */
export class EventHashes {
  /** Of the row that was hashed last, as records have it: column, high and low half of its value's hash, in turn. */
  readonly toast: number[] = [];
  readonly #columns: readonly Column[];
  readonly #hashers: TableHashers;

  constructor(columns: readonly Column[], hashers: TableHashers) {
    this.#columns = columns;
    this.#hashers = hashers;
  }

  forgetRow(): void {
    this.toast.length = 0;
    this.#hashers.row.reset();
  }

  /** Of all these columns together the hash that finds them again. */
  hashKey(bytes: Uint8Array, pairs: Int32Array, spans: Int32Array): boolean {
    const { first, second, keyFirst, keySecond } = this.#hashers;
    this.#hashers.resetKey();
    for (let at = 0; at < pairs.length; at += 2) {
      const place = pairs[at] ?? 0;
      const slot = (pairs[at + 1] ?? 0) * 2;
      const start = spans[slot] ?? 0;
      const end = spans[slot + 1] ?? 0;
      const codec = this.#columns[place]?.codec;
      if (codec === undefined || isNull(bytes, start, end)) continue;
      first.begin(place);
      if (!codec.hashJson(bytes, start, end, first)) return false;
      first.end();
      second.begin(place);
      codec.hashJson(bytes, start, end, second);
      second.end();
      keyFirst.add(first);
      keySecond.add(second);
    }
    return true;
  }

  hashRow(bytes: Uint8Array, pairs: Int32Array, spans: Int32Array): boolean {
    const { row, first } = this.#hashers;
    this.forgetRow();
    for (let at = 0; at < pairs.length; at += 2) {
      const place = pairs[at] ?? 0;
      const slot = (pairs[at + 1] ?? 0) * 2;
      const start = spans[slot] ?? 0;
      const end = spans[slot + 1] ?? 0;
      const column = this.#columns[place];
      if (column?.codec === undefined || isNull(bytes, start, end)) continue;
      const { placeholder } = column;
      if (placeholder !== undefined && isEqual(bytes, start, end, placeholder)) {
        this.toast.push(place | IS_PLACEHOLDER, 0, 0);
        continue;
      }
      first.begin(place);
      if (!column.codec.hashJson(bytes, start, end, first)) return false;
      first.end();
      row.add(first);
      if (placeholder !== undefined && end - start >= column.toastFromBytes) {
        this.toast.push(place, first.high, first.low);
      }
    }
    return true;
  }
}

function isEqual(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.length) return false;
  for (let index = 0; index < other.length; index++) {
    if (bytes[start + index] !== other[index]) return false;
  }
  return true;
}
