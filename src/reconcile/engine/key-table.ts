import { EVENT, eventLength, KEY_WORDS, ROW, rowLength } from "./records.js";

const NONE = -1;

/** Finds the events and rows of the same key: both by their place in a bucket's words. */
export class KeyTable {
  keyCount = 0;
  #slots = new Int32Array(0);
  #mask = 0;
  /** By key: its first and last event, its row's place, how many rows it has, and its table. */
  #firstEvent = new Int32Array(0);
  #lastEvent = new Int32Array(0);
  #row = new Int32Array(0);
  #rowCount = new Int32Array(0);
  #table = new Int32Array(0);
  /** By event: its place, and the next of the same key. */
  #eventAt = new Int32Array(0);
  #next = new Int32Array(0);
  #eventCount = 0;
  #events: Int32Array = new Int32Array(0);
  #rows: Int32Array = new Int32Array(0);

  /** @param isWanted whether a row counts, by its place */
  fill(
    events: Int32Array,
    eventWords: number,
    rows: Int32Array,
    rowWords: number,
    isWanted: (rowAt: number) => boolean,
  ): void {
    this.#events = events;
    this.#rows = rows;
    this.#reserve(count(events, eventWords, eventLength), count(rows, rowWords, rowLength));
    for (let at = 0; at < eventWords; at += eventLength(events, at)) this.#addEvent(at);
    for (let at = 0; at < rowWords; at += rowLength(rows, at)) {
      if (isWanted(at)) this.#addRow(at);
    }
  }

  tableOf(key: number): number {
    return this.#table[key] ?? 0;
  }

  /** The row's place; -1 for none. */
  rowOf(key: number): number {
    return this.#row[key] ?? NONE;
  }

  rowCountOf(key: number): number {
    return this.#rowCount[key] ?? 0;
  }

  /** The places of the key's events in the order in which they came, put into `list`. */
  eventsOf(key: number, list: number[]): void {
    list.length = 0;
    for (let event = this.#firstEvent[key] ?? NONE; event !== NONE; event = this.#next[event] ?? NONE) {
      list.push(this.#eventAt[event] ?? 0);
    }
  }

  #addEvent(at: number): void {
    const key = this.#keyOf(this.#events, at, (this.#events[at + EVENT.place] ?? 0) >>> 16);
    const event = this.#eventCount++;
    this.#eventAt[event] = at;
    this.#next[event] = NONE;
    const last = this.#lastEvent[key] ?? NONE;
    if (last === NONE) this.#firstEvent[key] = event;
    else this.#next[last] = event;
    this.#lastEvent[key] = event;
  }

  #addRow(at: number): void {
    const key = this.#keyOf(this.#rows, at, (this.#rows[at + ROW.place] ?? 0) >>> 16);
    if (this.#row[key] === NONE) this.#row[key] = at;
    this.#rowCount[key] = (this.#rowCount[key] ?? 0) + 1;
  }

  #keyOf(words: Int32Array, at: number, table: number): number {
    const mask = this.#mask;
    let slot = ((words[at + 3] ?? 0) ^ table) & mask;
    for (;;) {
      const key = (this.#slots[slot] ?? 0) - 1;
      if (key === NONE) {
        const made = this.keyCount++;
        this.#slots[slot] = made + 1;
        this.#firstEvent[made] = NONE;
        this.#lastEvent[made] = NONE;
        this.#row[made] = NONE;
        this.#rowCount[made] = 0;
        this.#table[made] = table;
        return made;
      }
      if (this.#table[key] === table && this.#isKey(key, words, at)) return key;
      slot = (slot + 1) & mask;
    }
  }

  #isKey(key: number, words: Int32Array, at: number): boolean {
    const event = this.#firstEvent[key] ?? NONE;
    const known = event === NONE ? this.#rows : this.#events;
    const knownAt = event === NONE ? (this.#row[key] ?? 0) : (this.#eventAt[event] ?? 0);
    for (let word = 0; word < KEY_WORDS; word++) {
      if (known[knownAt + word] !== words[at + word]) return false;
    }
    return true;
  }

  #reserve(events: number, rows: number): void {
    const keys = events + rows;
    let size = 16;
    while (size < keys * 2) size *= 2;
    if (this.#slots.length === size) this.#slots.fill(0);
    else this.#slots = new Int32Array(size);
    this.#mask = size - 1;
    this.keyCount = 0;
    this.#eventCount = 0;
    if (this.#firstEvent.length < keys) {
      this.#firstEvent = new Int32Array(keys);
      this.#lastEvent = new Int32Array(keys);
      this.#row = new Int32Array(keys);
      this.#rowCount = new Int32Array(keys);
      this.#table = new Int32Array(keys);
    }
    if (this.#eventAt.length < events) {
      this.#eventAt = new Int32Array(events);
      this.#next = new Int32Array(events);
    }
  }
}

function count(
  words: Int32Array,
  length: number,
  lengthOf: (words: Int32Array, at: number) => number,
): number {
  let records = 0;
  for (let at = 0; at < length; at += lengthOf(words, at)) records++;
  return records;
}
