import type { Context } from "./context.js";
import type { StageStatus, StepStatus } from "./progress.js";

/** What a step came to, and what it hands to the steps after it. */
export interface StepOutcome<T> {
  readonly status: StepStatus;
  readonly detail?: string | undefined;
  readonly value: T;
}

export function outcome(status: StepStatus, detail?: string): StepOutcome<void>;
export function outcome<T>(status: StepStatus, detail: string | undefined, value: T): StepOutcome<T>;
export function outcome<T>(status: StepStatus, detail?: string, value?: T): StepOutcome<T | undefined> {
  return { status, detail, value };
}

/** A running stage: each step is named, timed and reported through it. */
export interface Stage {
  /** Runs one step; `update` tells the last thing seen while it waits. */
  step<T>(
    name: string,
    run: (update: (message: string) => void) => Promise<StepOutcome<T>>,
    options?: { readonly database?: string },
  ): Promise<T>;
}

const WRITES: ReadonlySet<StepStatus> = new Set(["created", "updated", "started", "stopped", "removed"]);

/** Runs a stage: reports its begin, its steps and its end, also when it fails. */
export async function runStage<T>(
  name: string,
  context: Context,
  run: (stage: Stage) => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  let status: StageStatus = "unchanged";
  const stage: Stage = {
    async step(step, runStep, { database } = {}) {
      context.signal.throwIfAborted();
      const where = { stage: name, step, ...(database === undefined ? {} : { database }) };
      const stepStartedMs = performance.now();
      const elapsed = () => Math.round(performance.now() - stepStartedMs);
      context.report({ type: "step-start", ...where });
      try {
        const done = await runStep((message) => context.report({ type: "step-update", ...where, message }));
        if (WRITES.has(done.status)) status = "changed";
        const detail = done.detail === undefined ? {} : { detail: done.detail };
        context.report({ type: "step-end", ...where, status: done.status, ...detail, ms: elapsed() });
        return done.value;
      } catch (error) {
        context.report({ type: "step-end", ...where, status: "failed", ms: elapsed() });
        throw error;
      }
    },
  };
  const elapsed = () => Math.round(performance.now() - startedMs);
  context.report({ type: "stage-start", stage: name });
  try {
    const value = await run(stage);
    context.report({ type: "stage-end", stage: name, status, ms: elapsed() });
    return value;
  } catch (error) {
    context.report({ type: "stage-end", stage: name, status: "failed", ms: elapsed() });
    throw error;
  }
}
