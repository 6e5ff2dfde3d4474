import type { Reporter, StageReport, StepReport } from "../progress.js";
import { createProgressModel, type StageProgress, unfinishedSteps } from "./progress-model.js";

export interface StageCollection {
  readonly report: Reporter;
  /**
   * The stages so far, in the order in which they started, then the planned ones that were not reached
   * as `skipped`. A stage that has not ended counts as failed, with the steps it was at.
   */
  readonly stages: () => StageReport[];
}

/** Collects the events of a run for the `--json` document. */
export function collectStages(plannedStages: readonly string[]): StageCollection {
  const model = createProgressModel();
  return {
    report: (event) => model.apply(event, performance.now()),
    stages: () => {
      const nowMs = performance.now();
      const reached = model.stages.map((stage) => stageReportOf(stage, nowMs));
      const notReached = plannedStages.filter((planned) => reached.every(({ stage }) => stage !== planned));
      return [...reached, ...notReached.map((stage) => skippedStage(stage))];
    },
  };
}

function stageReportOf(progress: StageProgress, nowMs: number): StageReport {
  const end = progress.end ?? { status: "failed" as const, ms: Math.round(nowMs - progress.startedAtMs) };
  const finished = progress.entries.flatMap((entry): StepReport[] =>
    entry.kind === "step" ? [entry.report] : [],
  );
  return {
    stage: progress.stage,
    status: end.status,
    ms: end.ms,
    steps: [...finished, ...unfinishedSteps({ ...progress, end })],
  };
}

function skippedStage(stage: string): StageReport {
  return { stage, status: "skipped", ms: 0, steps: [] };
}
