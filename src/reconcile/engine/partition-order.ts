/**
 * The order of one partition's events. Where an event stands in the stream is told by the end of the last transaction
 * before its own and by its own position in the WAL: that pair never falls, but where a connector was restarted and
 * sends again what it had sent, or where somebody changed the topic.
 */
export class PartitionOrder {
  /** The connector's run in the upper byte, 0 where it is not known; in the lower how often the position fell in it. */
  run = 0;
  lastOffset = -1;
  #greatestCommit = -1;
  #greatestLsn = -1;
  #lastCommit = -1;
  #lastLsn = -1;

  /** Of the events that come. */
  setConnectorRun(run: number): void {
    if (this.run >>> 8 !== run) this.run = run << 8;
  }

  /** Answers whether the event stands before one that came earlier. */
  place(commitLsn: number, lsn: number): boolean {
    const fell = isBefore(commitLsn, lsn, this.#lastCommit, this.#lastLsn);
    const isRewound = isBefore(commitLsn, lsn, this.#greatestCommit, this.#greatestLsn);
    if (fell && (this.run & MOST_FALLS) < MOST_FALLS) this.run++;
    this.#lastCommit = commitLsn;
    this.#lastLsn = lsn;
    if (!isRewound) {
      this.#greatestCommit = commitLsn;
      this.#greatestLsn = lsn;
    }
    return isRewound;
  }
}

const MOST_FALLS = 0xff;

const isBefore = (commitA: number, lsnA: number, commitB: number, lsnB: number): boolean =>
  commitA < commitB || (commitA === commitB && lsnA < lsnB);
