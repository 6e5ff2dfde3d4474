/**
 * A hash of 64 bits, in two halves, of what one value is made of. Both sides of a comparison make the same calls for
 * equal values, so what is hashed is never copied or put together first. Values are told apart by the calls as well:
 * `span` of 4 bytes is not `whole` of the same bits.
 *
 * Not a library's: those of npm hash whole buffers that are copied into WebAssembly, which costs more than the few
 * bytes of a column; and it is seeded anew in each run, so that no data can be made to collide.
 */
export class Hasher {
  high = 0;
  low = 0;
  readonly #seedHigh: number;
  readonly #seedLow: number;

  constructor(seed: readonly [high: number, low: number]) {
    [this.#seedHigh, this.#seedLow] = seed;
  }

  /** Begins a value; `salt` tells values of different columns apart. */
  begin(salt: number): void {
    this.high = mix(this.#seedHigh ^ salt, 0x9e3779b1);
    this.low = mix(this.#seedLow ^ salt, 0x85ebca6b);
  }

  /** The bytes from `start` to before `end`. */
  span(bytes: Uint8Array, start: number, end: number): void {
    let { high, low } = this;
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word = wordAt(bytes, at);
      high = mix(high ^ word, 0xcc9e2d51);
      low = (mix(low, 0x1b873593) + word) | 0;
    }
    let rest = end - start;
    for (; at < end; at++) rest = (rest << 8) | (bytes[at] ?? 0);
    this.high = mix(high ^ rest, 0x85ebca6b);
    this.low = (mix(low, 0xc2b2ae35) + Math.imul(rest ^ (end - start), 0x27d4eb2f)) | 0;
  }

  /** A text, as `span` of its UTF-8 would. */
  text(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    this.span(bytes, 0, bytes.length);
  }

  /** A whole number of 64 bits, in two's complement. */
  whole(high: number, low: number): void {
    this.high = mix(mix(this.high ^ low, 0xcc9e2d51) ^ high, 0x85ebca6b);
    this.low = mix(mix(this.low ^ high, 0x1b873593) ^ low, 0xc2b2ae35);
  }

  /** Afterwards `high` and `low` are the hash of the value that was begun. */
  end(): void {
    const { high, low } = this;
    this.high = finish(high ^ (low >>> 7));
    this.low = finish(low ^ Math.imul(high, 0x9e3779b1));
  }
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << 8) |
  ((bytes[at + 2] ?? 0) << 16) |
  ((bytes[at + 3] ?? 0) << 24);

function mix(word: number, factor: number): number {
  const product = Math.imul(word, factor);
  return (Math.imul((product << 15) | (product >>> 17), 5) + 0x52dce729) | 0;
}

function finish(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
