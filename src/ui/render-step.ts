import { formatDuration, formatElapsed } from "../format.js";
import type { StageStatus, StepReport, StepStatus } from "../progress.js";
import type { Paint, PaintStyle } from "./paint.js";
import { printableLine, printableLines } from "./printable.js";
import type { RunningStep } from "./progress-model.js";

const NAME_WIDTH = "publication debezium_publication".length;
/** A longer database name may push the other columns aside. */
const DATABASE_MAX_WIDTH = 20;
const STATUS_WIDTH = "unchanged".length;
/** A step that wrote nothing and took less than this is shown without its time. */
const QUICK_MS = 1000;

export interface StepLineOptions {
  readonly paint: Paint;
  /** The databases of the run: a step names its own only where there are several. */
  readonly databases: ReadonlySet<string>;
}

/** A finished step: name, status, detail and time in columns, `PostgreSQL 15.18  started  port 5432  1.2 s`. */
export function renderStep(report: StepReport, options: StepLineOptions): string {
  const isQuietAndQuick = report.status === "unchanged" && report.ms < QUICK_MS;
  return renderColumns(
    {
      name: nameOf(report, options),
      status: report.status,
      style: STATUS_STYLES[report.status],
      detail: report.detail ?? "",
      time: isQuietAndQuick ? "" : formatDuration(report.ms),
    },
    options,
  );
}

/** A step that still runs, in the same columns: the last thing seen is its detail. */
export function renderRunningStep(running: RunningStep, nowMs: number, options: StepLineOptions): string {
  return renderColumns(
    {
      name: nameOf(running, options),
      status: "waiting",
      style: "yellow",
      detail: running.message ?? "",
      time: formatElapsed(nowMs - running.startedAtMs),
    },
    options,
  );
}

/** How a stage ended: `3.2 s`, `unchanged  310 ms`, `failed after 12.0 s`, `skipped`. */
export function renderStageEnd(status: StageStatus, ms: number, paint: Paint): string {
  switch (status) {
    case "changed":
      return paint("dim", formatDuration(ms));
    case "unchanged":
      return paint("dim", `unchanged  ${formatDuration(ms)}`);
    case "failed":
      return paint("red", `failed after ${formatDuration(ms)}`);
    case "skipped":
      return paint("dim", "skipped");
  }
}

/** A notice or a debug line: `note: …`; further lines are indented below the first. */
export function renderText(kind: "note" | "debug", message: string, paint: Paint): string {
  const label = `${kind}: `;
  const [first = "", ...rest] = printableLines(message);
  const lines = [`${label}${first}`, ...rest.map((line) => `${" ".repeat(label.length)}${line}`)];
  return lines.map((line) => paint(kind === "note" ? "cyan" : "dim", line)).join("\n");
}

/** The sign before a finished step: it says the same as its colour does. */
export function stepSign(status: StepStatus, paint: Paint): string {
  if (status === "failed") return paint("red", "✘");
  return status === "unchanged" ? paint("dim", "·") : paint("green", "✔");
}

const STATUS_STYLES: Readonly<Record<StepStatus, PaintStyle>> = {
  created: "green",
  updated: "green",
  started: "green",
  stopped: "green",
  removed: "green",
  proved: "green",
  unchanged: "dim",
  failed: "red",
};

interface Columns {
  readonly name: string;
  readonly status: string;
  readonly style: PaintStyle;
  readonly detail: string;
  readonly time: string;
}

function renderColumns({ name, status, style, detail, time }: Columns, options: StepLineOptions): string {
  const { paint } = options;
  // Padding is added outside the colour, so that it counts the same with and without.
  const padding = " ".repeat(STATUS_WIDTH - Math.min(STATUS_WIDTH, status.length));
  const columns = [
    name.padEnd(nameWidth(options)),
    `${paint(style, status)}${padding}`,
    printableLine(detail),
    paint("dim", time),
  ];
  return columns
    .filter((column) => column !== "")
    .join("  ")
    .trimEnd();
}

function nameWidth({ databases }: StepLineOptions): number {
  if (databases.size < 2) return NAME_WIDTH;
  const longest = Math.max(...[...databases].map((database) => database.length));
  return NAME_WIDTH + " ()".length + Math.min(longest, DATABASE_MAX_WIDTH);
}

function nameOf(step: { step: string; database?: string }, { databases }: StepLineOptions): string {
  const name = printableLine(step.step);
  if (step.database === undefined || databases.size < 2) return name;
  return `${name} (${printableLine(step.database)})`;
}
