import { CdcError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";

/** What is read of one partition: the records from the offset `from` to before `to`. */
export interface PartitionSpan {
  readonly topic: string;
  readonly partition: number;
  /** What the chunks say of it. */
  readonly table: number;
  readonly from: number;
  readonly to: number;
}

/** How far a partition is read. */
export interface DrainPlace extends PartitionSpan {
  /** Everything before this offset was handed over, or is not there. */
  next: number;
}

/** Not all was read in time. */
export function drainUnfinished(
  places: readonly DrainPlace[],
  { totalMs }: Deadline,
  lastReason: string,
): CdcError {
  const open = places.filter(({ next, to }) => next < to);
  const first = open[0];
  const where =
    first === undefined
      ? ""
      : `: ${first.topic}, partition ${first.partition}, is read up to ${first.next} of ${first.to}`;
  return new CdcError(
    "KAFKA_UNREACHABLE",
    `${open.length} partitions were not read to their end in ${Math.round(totalMs / 1000)} s${where}; ${lastReason}`,
    { hint: "cdc-pipeline status; a transaction that a producer left open holds back what comes after it" },
  );
}
