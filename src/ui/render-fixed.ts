import type { FixedDocument } from "./documents.js";
import type { Paint } from "./paint.js";
import { printableLine } from "./printable.js";
import { sqlLines } from "./render-fixes.js";
import { wrapText } from "./text-table.js";

const INDENT = "    ";

/** Statements with their databases, and what became of each where that is known. */
export function renderFixed(fixes: readonly FixedDocument[], width: number, paint: Paint): string {
  const room = width - INDENT.length;
  return fixes
    .flatMap(({ database, sql, status, message }) => [
      `  ${STATUS[status](paint)}in the database ${printableLine(database)}:`,
      ...sqlLines(sql, room, paint).map((line) => `${INDENT}${line}`),
      ...wrapText(printableLine(message ?? ""), room).map((line) => `${INDENT}${line}`),
    ])
    .join("\n");
}

const STATUS = {
  applied: (paint: Paint) => `${paint("green", "applied")} `,
  failed: (paint: Paint) => `${paint("red", "failed")} `,
  planned: () => "",
} as const;
