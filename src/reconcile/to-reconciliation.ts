import { formatCount } from "../format.js";
import type { Compared } from "./compare/compare-once.js";
import type { NamedDifference, TableReconciliation } from "./reconciliation.js";
import type { ComparedTable } from "./tables/compared-table.js";

/**
 * What was found in each table, with what a person should know of it.
 * @param differences of each table, by its number
 */
export function tableReconciliations(
  tables: readonly ComparedTable[],
  { comparison, firstEventMs, isCutOff }: Compared,
  differences: readonly (readonly NamedDifference[])[],
): readonly TableReconciliation[] {
  return comparison.tables.map(({ notInEvents, ...counts }, number) => {
    const table = tables[number];
    const beganMs = isCutOff[number] === true ? firstEventMs[number] : undefined;
    const notes = [
      ...(table?.notes ?? []),
      ...Object.entries(notInEvents).map(
        ([column, count]) =>
          `${column} is in no event of ${formatCount(count)} rows: it came later, or is left out`,
      ),
      ...unprovedNotes(counts.unproved, table?.whyNotWhole, beganMs),
      ...foreignNotes(counts.foreign),
    ];
    return {
      table: table?.label ?? "",
      topic: table?.topic ?? "",
      ...counts,
      differences: differences[number] ?? [],
      notes,
    };
  });
}

function unprovedNotes(
  unproved: number,
  whyNotWhole: string | undefined,
  beganMs: number | undefined,
): string[] {
  if (unproved === 0) return [];
  if (whyNotWhole !== undefined) return [`${formatCount(unproved)} rows cannot be proved: ${whyNotWhole}`];
  const before = beganMs === undefined ? "" : ` before ${new Date(beganMs).toISOString()}`;
  return [`${formatCount(unproved)} rows cannot be proved${before}: the topic has no older events`];
}

const foreignNotes = (foreign: number): string[] =>
  foreign === 0 ? [] : [`${formatCount(foreign)} events in its topic are of another database or connector`];
