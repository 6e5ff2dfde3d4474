import { countChanges, type PipelinePlan } from "../plan-pipeline.js";
import type { DatabasePlan } from "../stages/prepare/planned-step.js";
import { showStatement } from "../stages/prepare/planned-step.js";
import type { KeyChange } from "../stages/register/plan-connector.js";
import { createPaint, type Paint, type PaintStyle } from "./paint.js";
import { printableLine, printableLines } from "./printable.js";
import { wrapSql } from "./wrap-sql.js";

export interface PlanOptions {
  /** Does what the plan says: `cdc-pipeline up shop`. */
  readonly applyCommand: string;
  readonly columns: number;
  readonly color: boolean;
}

const SIGNS: Readonly<Record<string, readonly [sign: string, style: PaintStyle]>> = {
  unchanged: ["=", "dim"],
  updated: ["~", "yellow"],
  removed: ["-", "red"],
  stopped: ["-", "red"],
};
const NAME_WIDTH = "publication debezium_publication".length;
const STATUS_WIDTH = "unchanged".length;
const SQL_INDENT = "      ";

/** A plan as a person reads it: what would be made (+), changed (~), removed (-) and left alone (=), in order. */
export function renderPlan(plan: PipelinePlan, { applyCommand, columns, color }: PlanOptions): string {
  const paint = createPaint(color);
  const { deploy, prepare, register, verify, unplanned } = plan;
  const sections = [
    section(
      "deploy",
      deploy.map((server) => line({ name: server.title, ...server }, paint)),
      paint,
    ),
    ...prepare.map((database) => section(titleOf(database), databaseLines(database, columns, paint), paint)),
    ...register.map(({ database, connector, changes, ...planned }) => {
      const detail = planned.needsAdoption ? "made by somebody else: only with --adopt" : "";
      const lines = changes.map((change) => changeLine(change, paint));
      return section(
        `register ${database}`,
        [line({ name: `connector ${connector}`, status: planned.status, detail }, paint), ...lines],
        paint,
      );
    }),
    section(
      "verify",
      verify.map(({ database, detail }) => `  · ${printableLine(database)}: ${detail}`),
      paint,
    ),
    ...unplanned.map(({ stage, reason }) => section(stage, [`  not planned: ${reason}`], paint)),
  ].filter((text) => text !== "");
  return [...sections, renderVerdict(plan, applyCommand)].join("\n\n");
}

/** What it comes to, and how it is done. */
export function renderVerdict(plan: PipelinePlan, applyCommand: string): string {
  const changes = countChanges(plan);
  if (changes === 0 && plan.unplanned.length === 0) return "Nothing to change.";
  const count = changes === 1 ? "1 change" : `${changes} changes`;
  return `${count}. Nothing was written. To do it: ${applyCommand}`;
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint("bold", printableLine(title)), ...lines].join("\n");
}

const titleOf = ({ kind, database }: DatabasePlan): string =>
  kind === "template" ? `prepare ${database}, for later databases` : `prepare ${database}`;

function databaseLines(plan: DatabasePlan, columns: number, paint: Paint): string[] {
  const { creation, steps, notices, isAssumed } = plan;
  const width = columns - SQL_INDENT.length;
  const assumed = "  the rest is for an empty database: what the file makes is looked at when it is there";
  return [
    ...[...(creation === null ? [] : [creation]), ...steps].flatMap((step, index) => [
      line({ name: step.step, status: step.status, detail: step.detail ?? "" }, paint),
      ...step.sql.flatMap((statement) =>
        wrapSql(`${showStatement(statement)};`, width).map((text) => SQL_INDENT + text),
      ),
      ...(index === 0 && isAssumed ? [paint("dim", assumed)] : []),
    ]),
    ...notices.flatMap((notice) => printableLines(notice).map((text) => paint("cyan", `  note: ${text}`))),
  ];
}

interface Line {
  readonly name: string;
  readonly status: string;
  readonly detail?: string;
}

function line({ name, status, detail = "" }: Line, paint: Paint): string {
  const [sign, style] = SIGNS[status] ?? ["+", "green"];
  const columns = [
    printableLine(name).padEnd(NAME_WIDTH),
    status.padEnd(STATUS_WIDTH),
    printableLine(detail),
  ];
  return `  ${paint(style, sign)} ${columns.join("  ").trimEnd()}`;
}

function changeLine({ key, from, to }: KeyChange, paint: Paint): string {
  const name = printableLine(key);
  if (from === undefined) return `      ${paint("green", "+")} ${name} = ${printableLine(to ?? "")}`;
  if (to === undefined) return `      ${paint("red", "-")} ${name} = ${printableLine(from)}`;
  return `      ${paint("yellow", "~")} ${name} = ${printableLine(from)} -> ${printableLine(to)}`;
}
