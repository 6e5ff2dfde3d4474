import { Hasher } from "../hasher.js";
import { HashSum } from "./hash-sum.js";

/**
 * The hashes of rows and keys. A key has 128 bits, since millions of them must not meet by chance; two sums of the same
 * values with seeds of their own. The first of them is also a part of the row's.
 */
export class TableHashers {
  readonly first: Hasher;
  readonly second: Hasher;
  readonly row = new HashSum();
  readonly keyFirst = new HashSum();
  readonly keySecond = new HashSum();

  constructor([high, low]: readonly [high: number, low: number]) {
    this.first = new Hasher([high, low]);
    this.second = new Hasher([~low, high ^ 0x5bd1e995]);
  }

  resetKey(): void {
    this.keyFirst.reset();
    this.keySecond.reset();
  }
}

const TWO_32 = 2 ** 32;

/** Which keys a sample has: those with the lowest hashes. */
export const isSampled = (word: number, sample: number): boolean =>
  sample >= 1 || word >>> 0 < sample * TWO_32;

/** The name of a key's hash, from its four words at `at`. */
export function keyName(words: Int32Array, at: number): string {
  let name = "";
  for (let word = 0; word < 4; word++) name += ((words[at + word] ?? 0) >>> 0).toString(16).padStart(8, "0");
  return name;
}
