import type { CdcError } from "../errors.js";
import { createPaint } from "./paint.js";
import { printableLines } from "./printable.js";

export interface RenderErrorOptions {
  readonly color: boolean;
  /** Adds the stack of what caused the error. */
  readonly verbose: boolean;
  /** The stage that failed, where one did. */
  readonly stage?: string;
}

const STAGE_WIDTH = "register".length;
const MAX_CAUSES = 5;

/**
 * An error as a person reads it: what happened and its code, what to do next. Every line of a message
 * keeps its place, so that a caret below an SQL line still points at its word. No line end at the end.
 */
export function renderError(error: CdcError, { color, verbose, stage }: RenderErrorOptions): string {
  const paint = createPaint(color);
  const [headline = "", ...rest] = printableLines(error.message);
  const name = stage === undefined ? "" : `${paint("bold", stage)}${" ".repeat(paddingOf(stage))}  `;
  const spacedHeadline = headline === "" ? "" : `${headline}   `;
  const causes = verbose ? causesOf(error).flatMap((cause) => renderCause(cause)) : [];
  return [
    `${paint("red", "✘")} ${name}${spacedHeadline}${paint("dim", error.code)}`,
    ...rest.map((line) => indented("    ", line)),
    ...renderHint(error.hint ?? "").map((line) => paint("cyan", line)),
    ...causes.map((line) => paint("dim", line)),
  ].join("\n");
}

function paddingOf(stage: string): number {
  return Math.max(0, STAGE_WIDTH - stage.length);
}

function renderHint(hint: string): string[] {
  if (hint.trim() === "") return [];
  const label = "  fix:  ";
  return printableLines(hint).map((line, index) =>
    indented(index === 0 ? label : " ".repeat(label.length), line),
  );
}

function renderCause(cause: unknown): string[] {
  return printableLines(describeCause(cause)).map((line, index) =>
    indented(index === 0 ? "  caused by: " : "    ", line),
  );
}

function indented(indentation: string, line: string): string {
  return `${indentation}${line}`.trimEnd();
}

/** The causes from the nearest on; a chain can be long or even a ring. */
function causesOf(error: Error): unknown[] {
  const causes: unknown[] = [];
  let cause = error.cause;
  while (cause !== undefined && cause !== null && causes.length < MAX_CAUSES && !causes.includes(cause)) {
    causes.push(cause);
    // Several addresses were tried, and the reasons stand in the parts.
    if (cause instanceof AggregateError) causes.push(...(cause.errors as unknown[]).slice(0, MAX_CAUSES));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

/** Never more than the stack: other properties of an error can hold a whole request, with its password. */
function describeCause(cause: unknown): string {
  if (cause instanceof Error) return cause.stack ?? `${cause.name}: ${cause.message}`;
  return typeof cause === "string" ? cause : `a thrown ${typeof cause}`;
}
