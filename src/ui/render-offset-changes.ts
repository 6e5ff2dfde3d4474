import { describeOffsets } from "../connectors/offsets/describe-offsets.js";
import type { OffsetChange } from "../connectors/offsets/plan-offsets.js";
import { printableLine } from "./printable.js";

/** What is stored of each partition, and what would be. */
export function renderOffsetChanges(name: string, changes: readonly OffsetChange[]): string {
  if (changes.length === 0) return printableLine(`${name}: nothing differs`);
  const lines = changes.flatMap(({ partition, before, after }) =>
    [["-", before] as const, ["+", after] as const].flatMap(([sign, offset]) =>
      describeOffsets([{ partition, offset }]).map((text) => `  ${sign} ${printableLine(text)}`),
    ),
  );
  return [printableLine(name), ...lines].join("\n");
}
