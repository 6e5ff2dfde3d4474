import { CdcError } from "../../errors.js";

/** `PGCOPY\n\377\r\n\0`, flags, and the length of an extension. */
const SIGNATURE = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const HEADER_BYTES = 19;

/**
 * Reads COPY's binary format, cut anywhere. For each row `take` gets the bytes and where each field is: its start and
 * end in turn, -1 and -1 for NULL. https://www.postgresql.org/docs/current/sql-copy.html
 */
export class CopyReader {
  readonly #spans: Int32Array;
  readonly #fieldCount: number;
  readonly #take: (bytes: Uint8Array, spans: Int32Array) => void;
  /** What came last and is no whole row yet. */
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** Fewer bytes than that are no whole row for certain. */
  #neededBytes = HEADER_BYTES;
  #hasHeader = false;
  #isEnded = false;

  constructor(fieldCount: number, take: (bytes: Uint8Array, spans: Int32Array) => void) {
    this.#fieldCount = fieldCount;
    this.#spans = new Int32Array(fieldCount * 2);
    this.#take = take;
  }

  /** @throws CdcError INTERNAL of what is no such format */
  add(bytes: Uint8Array): void {
    // Whatever is left over is copied: the caller's memory is its own again.
    if (this.#pendingBytes === 0) {
      this.#keep(bytes, this.#read(bytes));
      return;
    }
    this.#pending.push(bytes.slice());
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes < this.#neededBytes) return;
    const whole = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#keep(whole, this.#read(whole));
  }

  /** @throws CdcError INTERNAL where the end is missing */
  end(): void {
    if (!this.#isEnded) throw new CdcError("INTERNAL", "the copied rows have no end");
  }

  #keep(bytes: Uint8Array, from: number): void {
    if (from >= bytes.length) return;
    this.#pending.push(bytes.slice(from));
    this.#pendingBytes = bytes.length - from;
  }

  /** Answers where the first row begins that is not whole. */
  #read(bytes: Uint8Array): number {
    let at = 0;
    if (!this.#hasHeader) {
      if (bytes.length < HEADER_BYTES) return 0;
      if (SIGNATURE.compare(bytes, 0, SIGNATURE.length) !== 0) throw notCopy("the rows have no header");
      at = HEADER_BYTES + int32(bytes, HEADER_BYTES - 4);
      this.#hasHeader = true;
    }
    const spans = this.#spans;
    const fields = this.#fieldCount;
    const { length } = bytes;
    for (;;) {
      const start = at;
      if (this.#isEnded || at + 2 > length) return this.#need(start, at + 2);
      const count = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      at += 2;
      if (count === 0xffff) {
        this.#isEnded = true;
        return at;
      }
      if (count !== fields) throw notCopy(`a row has ${count} fields instead of ${fields}`);
      for (let field = 0; field < fields; field++) {
        if (at + 4 > length) return this.#need(start, at + 4);
        const size = int32(bytes, at);
        at += 4;
        if (size === -1) {
          spans[field * 2] = -1;
          spans[field * 2 + 1] = -1;
          continue;
        }
        if (at + size > length) return this.#need(start, at + size);
        spans[field * 2] = at;
        at += size;
        spans[field * 2 + 1] = at;
      }
      this.#take(bytes, spans);
    }
  }

  #need(start: number, end: number): number {
    this.#neededBytes = end - start;
    return start;
  }
}

const int32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) |
  ((bytes[at + 1] ?? 0) << 16) |
  ((bytes[at + 2] ?? 0) << 8) |
  (bytes[at + 3] ?? 0);

const notCopy = (message: string): CdcError => new CdcError("INTERNAL", message);
