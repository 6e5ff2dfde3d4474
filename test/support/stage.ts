import type { Context } from "../../src/context.js";
import type { ProgressEvent, Reporter, StepReport } from "../../src/progress.js";
import { runStage, type Stage } from "../../src/run-stage.js";
import { deadlineIn } from "../../src/wait/deadline.js";

export interface StageRecorder {
  readonly context: Context;
  /** Everything that was reported, in order. */
  readonly events: readonly ProgressEvent[];
  abort(): void;
  /** Runs a stage as the pipeline does. */
  run<T>(name: string, work: (stage: Stage, context: Context) => Promise<T>): Promise<T>;
  /** The steps that ended so far, also those of a stage that failed. */
  steps(): StepReport[];
  /** `step: status` of each, for short assertions. */
  summary(): string[];
}

interface RecorderOptions {
  readonly timeoutMs?: number;
  /** Called with each event at once: what happens in it happens before the run goes on. */
  readonly onEvent?: Reporter;
}

/** A context for stages, and the steps that they report to it. */
export function createStageRecorder({ timeoutMs = 60_000, onEvent }: RecorderOptions = {}): StageRecorder {
  const events: ProgressEvent[] = [];
  const controller = new AbortController();
  const context: Context = {
    report: (event) => {
      events.push(event);
      onEvent?.(event);
    },
    signal: controller.signal,
    deadline: deadlineIn(timeoutMs),
  };
  const steps = () => events.flatMap((event) => (event.type === "step-end" ? [stepReportOf(event)] : []));
  return {
    context,
    events,
    abort: () => controller.abort(),
    run: (name, work) => runStage(name, context, (stage) => work(stage, context)),
    steps,
    summary: () => steps().map(({ step, status }) => `${step}: ${status}`),
  };
}

function stepReportOf(event: Extract<ProgressEvent, { type: "step-end" }>): StepReport {
  const { step, database, status, detail, ms } = event;
  return {
    step,
    status,
    ms,
    ...(database === undefined ? {} : { database }),
    ...(detail === undefined ? {} : { detail }),
  };
}
