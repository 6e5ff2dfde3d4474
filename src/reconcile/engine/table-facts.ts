import type { Truncate } from "./event-sink.js";
import type { TableTally } from "./tally.js";

/** What the comparison of a key needs to know of its table. */
export interface TableFacts {
  readonly number: number;
  readonly hasKey: boolean;
  readonly isCompacted: boolean;
  readonly isFlattened: boolean;
  readonly hasTombstones: boolean;
  /** Whether something was cut off a partition: a key without an event may have had one. */
  readonly isCutOff: boolean;
  /** The copy whose rows count. */
  readonly copy: number;
  readonly layoutCount: number;
  /** The columns that some layout lacks, in the order of the rows' bits; by layout which of them. */
  readonly missing: readonly number[];
  readonly missingOf: readonly (readonly boolean[])[];
  /** By lsn. */
  readonly truncates: readonly Truncate[];
  readonly lastOffsets: ReadonlyMap<number, number>;
  readonly replacedBefore: ReadonlyMap<number, number>;
  readonly tally: TableTally;
}
