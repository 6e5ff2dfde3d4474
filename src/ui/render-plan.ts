import { countChanges, type PipelinePlan } from "../plan-pipeline.js";
import type { StageName } from "../progress.js";
import { type DatabasePlan, type PlannedStep, showStatement } from "../stages/prepare/plan/planned-step.js";
import { createPaint, type Paint } from "./paint.js";
import { changeLine, connectorLines, planLine as line } from "./plan-lines.js";
import { printableLine, printableLines } from "./printable.js";
import { wrapSql } from "./wrap-sql.js";

export interface PlanOptions {
  /** Does what the plan says: `cdc-pipeline up shop`. */
  readonly applyCommand: string;
  readonly columns: number;
  readonly color: boolean;
}

const SQL_INDENT = "      ";
/** Of a longer statement, a function's, only the beginning is shown to people. */
const MAX_SQL_LINES = 8;

/** A plan as a person reads it: what would be made (+), changed (~), removed (-) and left alone (=), in order. */
export function renderPlan(plan: PipelinePlan, { applyCommand, columns, color }: PlanOptions): string {
  const paint = createPaint(color);
  const { deploy, prepare, register, verify } = plan;
  const sections = [
    section(
      "deploy",
      deploy.flatMap(({ title, changes = [], ...server }) => [
        line({ name: title, ...server }, paint),
        ...changes.map((change) => changeLine(change, paint)),
      ]),
      paint,
    ),
    ...unplannedSection("prepare", plan, paint),
    ...prepare.map((database) => section(titleOf(database), databaseLines(database, columns, paint), paint)),
    ...unplannedSection("register", plan, paint),
    ...register.map((connector) =>
      section(`register ${connector.database ?? ""}`.trimEnd(), connectorLines(connector, paint), paint),
    ),
    section(
      "verify",
      verify.map(({ database, detail }) => `  · ${printableLine(database)}: ${detail}`),
      paint,
    ),
  ].filter((text) => text !== "");
  return [...sections, renderVerdict(plan, applyCommand)].join("\n\n");
}

/** What it comes to, and how it is done. */
export function renderVerdict(plan: PipelinePlan, applyCommand: string): string {
  const changes = countChanges(plan);
  if (changes === 0 && plan.unplanned.length === 0) {
    return plan.verify.length === 0 ? "Nothing to change." : "Nothing to change that stays.";
  }
  const count = changes === 1 ? "1 change" : `${changes} changes`;
  return `${count}. Nothing was written. To do it: ${applyCommand}`;
}

const unplannedSection = (stage: StageName, { unplanned }: PipelinePlan, paint: Paint): string[] =>
  unplanned
    .filter((one) => one.stage === stage)
    .map(({ reason }) => section(stage, [`  not planned: ${reason}`], paint));

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? "" : [paint("bold", printableLine(title)), ...lines].join("\n");
}

const titleOf = ({ kind, database }: DatabasePlan): string =>
  kind === "template" ? `prepare ${database}, for later databases` : `prepare ${database}`;

function databaseLines({ creation, steps, notices }: DatabasePlan, columns: number, paint: Paint): string[] {
  const made = creation === null ? [] : stepLines(creation, columns, paint);
  const assumed = "  the rest is for an empty one: what the file makes is looked at when it is there";
  return [
    ...made,
    ...(creation?.schemaFile === undefined ? [] : [paint("dim", assumed)]),
    ...steps.flatMap((step) => stepLines(step, columns, paint)),
    ...notices.flatMap((notice) => printableLines(notice).map((text) => paint("cyan", `  note: ${text}`))),
  ];
}

function stepLines({ step, status, detail = "", sql }: PlannedStep, columns: number, paint: Paint): string[] {
  const statements = sql.flatMap((statement) => {
    const lines = wrapSql(`${showStatement(statement)};`, columns - SQL_INDENT.length).flatMap((text) =>
      text.split("\n"),
    );
    if (lines.length <= MAX_SQL_LINES) return lines;
    const left = lines.length - MAX_SQL_LINES;
    return [
      ...lines.slice(0, MAX_SQL_LINES),
      paint("dim", `… ${left} more lines; cdc-pipeline plan --sql has all`),
    ];
  });
  return [line({ name: step, status, detail }, paint), ...statements.map((text) => SQL_INDENT + text)];
}
