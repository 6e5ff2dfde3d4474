import { type Finding, type Fix, fixText } from "../doctor/finding.js";
import { formatCount } from "../format.js";
import { splitSql } from "../sql/split-sql.js";
import type { Paint } from "./paint.js";
import { printableLine, printableLines } from "./printable.js";
import { wrapText } from "./text-table.js";
import { isShownWhole, wrapSql } from "./wrap-sql.js";

export interface FixOptions {
  readonly width: number;
  readonly paint: Paint;
  /** How many findings of one code in one database are shown. */
  readonly limit: number;
}

const INDENT = "    ";

/** What to do, numbered: for each code in each database why it matters and the fixes, which are never cut. */
export function renderFixes(findings: readonly Finding[], options: FixOptions): string[] {
  const explained = new Set<string>();
  const blocks = groupFindings(findings).map((group) => {
    const { code, why } = group[0];
    const isNew = !explained.has(code);
    explained.add(code);
    const lines = fixLines(group.slice(0, options.limit), options);
    const whyLines = isNew ? wrapText(printableLine(why), options.width - INDENT.length) : [];
    const more = group.length - options.limit;
    if (lines.length > 0 && more > 0) lines.push(`and ${formatCount(more)} more (--json has all)`);
    return { group, lines: [...whyLines, ...lines] };
  });
  return blocks
    .filter(({ lines }) => lines.length > 0)
    .flatMap(({ group, lines }, index) => {
      const [first = "", ...rest] = wrapText(headingOf(group[0]), options.width - INDENT.length);
      return [
        ...(index === 0 ? [] : [""]),
        `${`${index + 1}.`.padEnd(INDENT.length)}${options.paint("bold", first)}`,
        ...[...rest.map((line) => options.paint("bold", line)), ...lines].map((line) => `${INDENT}${line}`),
      ];
    });
}

/** The findings of one code in one database, at least one. */
export type FindingGroup = [Finding, ...Finding[]];

/** In the order of the first finding of each group. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.code, finding.database]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function headingOf({ code, database }: Finding): string {
  return database === null ? code : `${code} in ${printableLine(database)}`;
}

/** Each fix once, those of one place under one label. */
function fixLines(findings: readonly Finding[], options: FixOptions): string[] {
  const places = new Map<string, Map<string, Fix>>();
  for (const { fix } of findings) {
    if (fix === null) continue;
    const label = labelOf(fix);
    const place = places.get(label) ?? new Map<string, Fix>();
    places.set(label, place.set(fixText(fix), fix));
  }
  return [...places].flatMap(([label, fixes]) => [
    ...wrapText(label, options.width - INDENT.length),
    ...[...fixes.values()].flatMap((fix) => linesOf(fix, options).map((line) => `  ${line}`)),
  ]);
}

function labelOf(fix: Fix): string {
  switch (fix.kind) {
    case "sql":
      return `in the database ${printableLine(fix.database)}${fix.isSafe ? " (--fix does it)" : ""}:`;
    case "command":
      return "run:";
    case "advice":
      return "by hand:";
  }
}

function linesOf(fix: Fix, { width, paint }: FixOptions): string[] {
  const room = width - INDENT.length - 2;
  switch (fix.kind) {
    case "sql":
      return sqlLines(fix.sql, room, paint);
    case "command": {
      const note = /\p{Cc}/u.test(fix.command) ? wrapText(CANNOT_BE_SHOWN, room) : [];
      return [...note, ...printableLines(fix.command).map((line) => paint("cyan", line))];
    }
    case "advice":
      return printableLines(fix.text).flatMap((line) => wrapText(line, room));
  }
}

const CANNOT_BE_SHOWN = "(not as it is below: a name has control characters; take it from --json)";

/** Each statement on lines of its own, for psql takes several at once for a transaction in `-c`. */
export function sqlLines(sql: string, width: number, paint: Paint): string[] {
  const statements = [...splitSql(sql)].map(({ start, end }) => sql.slice(start, end));
  const note = isShownWhole(sql) ? [] : wrapText(CANNOT_BE_SHOWN, width);
  const lines = statements.flatMap((statement) => wrapSql(statement, width));
  return [...note, ...lines.map((line) => paint("cyan", printableLines(line).join(" ")))];
}
