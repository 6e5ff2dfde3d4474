import type { Cut, TableSpec } from "../engine/engine.js";
import type { FirstEvent } from "./run-collector.js";

export interface CutOptions {
  readonly tables: readonly TableSpec[];
  readonly cutOff: Cut["cutOff"];
  /** The first event of a partition that names a transaction. */
  readonly firstOf: (table: number, partition: number) => FirstEvent | undefined;
  /** The position of the commit of the transaction that had an event there; undefined where no END tells. */
  readonly commitOf: (event: FirstEvent) => number | undefined;
  readonly endsMayBeCut: boolean;
}

/**
 * By table, the position in the log up to which events may have been removed from its topic: what was committed up to
 * the transaction of the first event that is left. Infinity where nothing tells, -1 where nothing is removed.
 */
export function findCuts(options: CutOptions): readonly number[] {
  return options.tables.map((table, number) => {
    if (table.isCompacted) return Infinity;
    const partitions = [...(options.cutOff[number]?.keys() ?? [])];
    return Math.max(-1, ...partitions.map((partition) => cutOf(number, partition, options)));
  });
}

function cutOf(table: number, partition: number, options: CutOptions): number {
  const first = options.firstOf(table, partition);
  if (first === undefined) return Infinity;
  const commit = options.commitOf(first);
  if (commit !== undefined) return commit;
  // Its END may be removed too: all that are left came later, then.
  return options.endsMayBeCut ? -1 : Infinity;
}
