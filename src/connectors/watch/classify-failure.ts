import { rootCause } from "../../stages/root-cause.js";
import { FAILURE_KINDS, type FailureClass } from "./failure-kinds.js";

/** Why a connector or a task failed, as far as its trace tells. */
export interface Failure {
  readonly class: FailureClass;
  /** One line. */
  readonly cause: string;
  /** What to do about it; missing where waiting is all there is to do. */
  readonly hint?: string;
}

const READ_THE_TRACE = "read the whole trace: cdc-pipeline connectors get NAME --verbose";

/** @param trace as a worker gives it; empty where it gives none */
export function classifyFailure(trace: string): Failure {
  const messages = messageLines(trace);
  const kind = FAILURE_KINDS.find(({ pattern }) => messages.some((line) => pattern.test(line)));
  // Of several exceptions the one that decided is told: the innermost may be about a mere consequence.
  const telling = kind === undefined ? undefined : messages.findLast((line) => kind.pattern.test(line));
  const cause = rootCause(telling ?? trace);
  const hint = kind === undefined ? READ_THE_TRACE : kind.hint;
  return { class: kind?.class ?? "unknown", cause, ...(hint === undefined ? {} : { hint }) };
}

/**
 * The lines that say something: of the exception and of those that caused it, with what a message of several lines
 * goes on with. What was suppressed meanwhile is another matter.
 */
function messageLines(trace: string): readonly string[] {
  const lines: string[] = [];
  let isSuppressed = false;
  for (const line of trace.split("\n")) {
    if (/^\s+Suppressed: /.test(line)) isSuppressed = true;
    if (line.startsWith("Caused by: ")) isSuppressed = false;
    if (isSuppressed || /^\s+(?:at |\.\.\. \d+ )/.test(line) || line.trim() === "") continue;
    lines.push(line.trim().replace(/^Caused by: /, ""));
  }
  return lines;
}
