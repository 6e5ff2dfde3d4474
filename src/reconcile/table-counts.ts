/** What was counted of one table; all of it, however little of it is named. */
export interface TableCounts {
  readonly rows: number;
  readonly events: number;
  /** Rows without an event. */
  readonly lost: number;
  /** Keys that the events leave, and the table has not. */
  readonly extra: number;
  readonly different: number;
  /** Events that were sent again. */
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly late: number;
  /** Rows of which nothing can be said: their events may have been cut off. */
  readonly unproved: number;
  readonly noTombstone: number;
  readonly undecodable: number;
  /** Events of another database or connector. */
  readonly foreign: number;
}
