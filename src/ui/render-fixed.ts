import { formatCount } from "../format.js";
import type { FixedDocument } from "./documents.js";
import type { Paint } from "./paint.js";
import { printableLine } from "./printable.js";
import { sqlLines } from "./render-fixes.js";
import { wrapText } from "./text-table.js";

export interface FixedOptions {
  readonly width: number;
  readonly paint: Paint;
  /** How many statements of one database and outcome are shown. */
  readonly limit: number;
}

const INDENT = "    ";

/** Statements below their databases, and what became of each where that is known. */
export function renderFixed(fixes: readonly FixedDocument[], { width, paint, limit }: FixedOptions): string {
  const room = width - INDENT.length;
  return [...groupFixes(fixes, paint)]
    .flatMap(([label, group]) => [
      `  ${label}`,
      ...group
        .slice(0, limit)
        .flatMap(({ sql, message }) => [
          ...sqlLines(sql, room, paint),
          ...wrapText(printableLine(message ?? ""), room),
        ])
        .map((line) => `${INDENT}${line}`),
      ...(group.length > limit
        ? [`${INDENT}and ${formatCount(group.length - limit)} more (--json has all)`]
        : []),
    ])
    .join("\n");
}

/** By what stands above them. */
function groupFixes(fixes: readonly FixedDocument[], paint: Paint): Map<string, FixedDocument[]> {
  const groups = new Map<string, FixedDocument[]>();
  for (const fix of fixes) {
    const label = `${STATUS[fix.status](paint)}in the database ${printableLine(fix.database)}:`;
    groups.set(label, [...(groups.get(label) ?? []), fix]);
  }
  return groups;
}

const STATUS = {
  applied: (paint: Paint) => `${paint("green", "applied")} `,
  failed: (paint: Paint) => `${paint("red", "failed")} `,
  planned: () => "",
} as const;
