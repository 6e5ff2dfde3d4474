/** Each bound is so much greater than the one before. */
const STEP = Math.SQRT2;
const PER_LOG = 1 / Math.log(STEP);

/** Counts times by size, with bounds that grow with them. */
export class Latency {
  readonly #counts: number[] = [];

  add(ms: number): void {
    const bucket = ms <= 1 ? 0 : Math.ceil(Math.log(ms) * PER_LOG);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  buckets(): { readonly upToMs: number; readonly count: number }[] {
    const buckets: { upToMs: number; count: number }[] = [];
    for (let index = 0; index < this.#counts.length; index++) {
      const count = this.#counts[index] ?? 0;
      if (count > 0) buckets.push({ upToMs: Math.round(STEP ** index), count });
    }
    return buckets;
  }
}
