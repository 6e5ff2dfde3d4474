/** When WAL was written: positions with the times at which they were seen to be there. */
export class LsnClock {
  /** In the order of both. */
  #points: readonly Point[] = [];
  /** Those of looks, at which WAL ended there and then; a file of WAL only tells that it was full by then. */
  readonly #ends = new Set<Point>();

  /** WAL ended at `lsn` at that time. */
  sawEnd(lsn: bigint, atMs: number): void {
    const point = { lsn, atMs };
    const newest = this.#points.at(-1);
    // Another server, or one that was restored: what was known is of no use.
    if (newest !== undefined && lsn < newest.lsn) this.#forget();
    this.#ends.add(point);
    this.#points = [...this.#points, point];
    if (this.#points.length > MOST) this.#thinOut();
  }

  /** All up to `lsn` was written at that time. Only before the first look. */
  sawWritten(lsn: bigint, atMs: number): void {
    this.#points = [...this.#points, { lsn, atMs }];
  }

  /**
   * How long ago what lies beyond `lsn` began to be written.
   * @returns bounds; undefined where nothing bounds it
   */
  ageOf(lsn: bigint, nowMs: number): { readonly atLeastMs?: number; readonly atMostMs?: number } {
    const later = this.#points.find((point) => point.lsn > lsn);
    const earlier = this.#points.findLast((point) => point.lsn <= lsn && this.#ends.has(point));
    return {
      ...(later === undefined ? {} : { atLeastMs: Math.max(0, nowMs - later.atMs) }),
      ...(earlier === undefined ? {} : { atMostMs: Math.max(0, nowMs - earlier.atMs) }),
    };
  }

  #forget(): void {
    this.#points = [];
    this.#ends.clear();
  }

  /** The older half gets half as many: of what is long ago, less is to be known. */
  #thinOut(): void {
    const half = Math.floor(this.#points.length / 2);
    const kept = this.#points.filter((_point, index) => index >= half || index % 2 === 0);
    for (const point of this.#points) if (!kept.includes(point)) this.#ends.delete(point);
    this.#points = kept;
  }
}

interface Point {
  readonly lsn: bigint;
  readonly atMs: number;
}

const MOST = 2_000;
