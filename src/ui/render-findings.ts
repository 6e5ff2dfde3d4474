import type { Finding, Severity, Skipped } from "../doctor/finding.js";
import { formatCount } from "../format.js";
import { createPaint, type Paint, type PaintStyle } from "./paint.js";
import { printableLine } from "./printable.js";
import { groupFindings, renderFixes } from "./render-fixes.js";
import { type Column, layOutTable, wrapText } from "./text-table.js";

export interface FindingsView {
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** The call that would apply the safe fixes, and how many; missing where there are none to offer. */
  readonly offer?: { readonly command: string; readonly fixes: number };
  /** Columns of the terminal; never more than 100 are used. */
  readonly columns: number;
  readonly color: boolean;
  /** Lists the checks that passed. */
  readonly verbose: boolean;
}

const WIDEST = 100;
const NARROWEST = 48;
/** Of one code in one database. */
const LIMIT = 5;

const HEAD = ["severity", "code", "database", "object", "seen"];
const COLUMNS: readonly Column[] = [
  { preferredWidth: 8, minimumWidth: 8, maximumLines: 1 },
  // A code is there to be searched for: it is never broken.
  { preferredWidth: 40, minimumWidth: 40, maximumLines: 1 },
  { preferredWidth: 20, minimumWidth: 8, maximumLines: 4 },
  { preferredWidth: 34, minimumWidth: 16, maximumLines: 6 },
  { preferredWidth: WIDEST, minimumWidth: 24, maximumLines: 20 },
];

const STYLES: Readonly<Record<Severity, PaintStyle>> = {
  error: "red",
  warning: "yellow",
  info: "cyan",
  ok: "green",
};

/** The columns to use of those that the terminal has. */
export const readableWidth = (columns: number): number => Math.max(NARROWEST, Math.min(WIDEST, columns));

/** What doctor found, for a person: the table, worst first; what to do; what it comes to. */
export function renderFindings(view: FindingsView): string {
  const paint = createPaint(view.color);
  const width = readableWidth(view.columns);
  const problems = view.findings.filter(({ severity }) => severity !== "ok");
  const passed = view.findings.filter(({ severity }) => severity === "ok");
  const fixes = renderFixes(problems, { width, paint, limit: LIMIT });
  const blocks = [
    tableLines(problems, width, paint),
    fixes.length === 0 ? [] : [paint("bold", "what to do"), "", ...fixes],
    view.verbose ? passedLines(passed, width, paint) : [],
    [
      ...countLines(passed.length, view.skipped, width),
      ...wrapText(verdictOf(problems), width),
      ...(view.offer === undefined ? [] : [offerOf(view.offer)]),
    ],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function tableLines(problems: readonly Finding[], width: number, paint: Paint): string[] {
  const groups = groupFindings(problems);
  const shown = new Set(groups.flatMap((group) => group.slice(0, LIMIT)));
  const ends = new Map(groups.map((group) => [group[Math.min(group.length, LIMIT) - 1], group]));
  const rows = problems
    .filter((finding) => shown.has(finding))
    .flatMap((finding) => {
      const more = (ends.get(finding)?.length ?? 0) - LIMIT;
      return more <= 0 ? [rowOf(finding)] : [rowOf(finding), moreRow(finding, more)];
    });
  if (rows.length === 0) return [];
  const head: Row = {
    severity: "",
    cells: HEAD.map((title, index) => (rows.some(({ cells }) => cells[index] !== "") ? title : "")),
  };
  return layOutRows([head, ...rows], width, paint) ?? rows.flatMap((row) => stackRow(row, width, paint));
}

interface Row {
  readonly severity: Severity | "";
  readonly cells: readonly string[];
}

/** The rows as a table, if it fits, with its head dimmed and the severities in colour. */
function layOutRows(rows: readonly Row[], width: number, paint: Paint): string[] | undefined {
  const table = layOutTable(
    rows.map(({ cells }) => cells),
    COLUMNS,
    width,
  );
  return table?.flatMap(([first = "", ...rest], index) => {
    const severity = rows[index]?.severity ?? "";
    return severity === "" ? [paint("dim", first)] : [coloured(first, severity, paint), ...rest];
  });
}

/** One row on a narrow terminal: what it is about, and what was seen below. */
function stackRow({ severity, cells }: Row, width: number, paint: Paint): string[] {
  const indent = "  ";
  const seen = cells.at(-1) ?? "";
  const about = cells.slice(0, -1).filter((cell) => cell !== "");
  const [first = "", ...rest] = wrapText(about.join("  "), width - indent.length);
  const below = [...rest, ...wrapText(seen, width - indent.length)].map((line) => indent + line);
  return [severity === "" ? first : coloured(first, severity, paint), ...below];
}

/** A line begins with its severity. */
function coloured(line: string, severity: Severity, paint: Paint): string {
  return paint(STYLES[severity], severity) + line.slice(severity.length);
}

function rowOf({ code, severity, database, object, seen }: Finding): Row {
  return { severity, cells: [severity, code, database ?? "", object ?? "", seen].map(printableLine) };
}

function moreRow({ code, severity, database }: Finding, more: number): Row {
  const cells = [severity, code, database ?? "", `and ${formatCount(more)} more`, "--json has all"];
  return { severity, cells: cells.map(printableLine) };
}

function passedLines(passed: readonly Finding[], width: number, paint: Paint): string[] {
  const rows = passed.map(rowOf);
  return layOutRows(rows, width, paint) ?? rows.flatMap((row) => stackRow(row, width, paint));
}

/** `62 checks passed, 3 not looked at (Kafka does not answer)`. */
function countLines(passed: number, skipped: readonly Skipped[], width: number): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => printableLine(reason)))];
  const left =
    skipped.length === 0 ? "" : `, ${formatCount(skipped.length)} not looked at (${reasons.join("; ")})`;
  return wrapText(`${counted(passed, "check")} passed${left}`, width);
}

function verdictOf(problems: readonly Finding[]): string {
  const count = (wanted: Severity) => problems.filter(({ severity }) => severity === wanted).length;
  const parts = [
    [count("error"), "error"],
    [count("warning"), "warning"],
    [count("info"), "note"],
  ] as const;
  const named = parts.filter(([number]) => number > 0).map(([number, noun]) => counted(number, noun));
  return named.length === 0 ? "nothing is wrong" : named.join(", ");
}

function offerOf({ command, fixes }: NonNullable<FindingsView["offer"]>): string {
  return `${command} applies ${fixes === 1 ? "one of the fixes" : `${formatCount(fixes)} of the fixes`}`;
}

const counted = (number: number, noun: string): string =>
  `${formatCount(number)} ${noun}${number === 1 ? "" : "s"}`;
