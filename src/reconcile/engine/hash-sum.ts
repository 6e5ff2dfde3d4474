import type { Hasher } from "../hasher.js";
import { highOf, lowOf } from "./records.js";

/**
 * The sum of hashes modulo 2^64. NULL adds nothing: a row has the same sum before and after a column without a default
 * was added. Halves are summed by themselves, without a carry until the end: there are at most 1,600 columns.
 */
export class HashSum {
  #high = 0;
  #low = 0;

  reset(): void {
    this.#high = 0;
    this.#low = 0;
  }

  add(hasher: Hasher): void {
    this.#high += hasher.high >>> 0;
    this.#low += hasher.low >>> 0;
  }

  get low(): number {
    return lowOf(this.#low);
  }

  get high(): number {
    return lowOf(this.#high + highOf(this.#low));
  }
}
