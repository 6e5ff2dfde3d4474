import { formatElapsed } from "../format.js";
import type { StepReport } from "../progress.js";
import { type StageProgress, unfinishedSteps } from "./progress-model.js";
import {
  renderRunningStep,
  renderStageEnd,
  renderStep,
  renderText,
  type StepLineOptions,
  stepSign,
} from "./render-step.js";

/** A stage as the live list shows it: its name and time, below it its steps, each line after a sign. */
export function renderStageBlock(stage: StageProgress, nowMs: number, options: StepLineOptions): string {
  const { paint } = options;
  const time =
    stage.end === undefined
      ? paint("dim", formatElapsed(nowMs - stage.startedAtMs))
      : renderStageEnd(stage.end.status, stage.end.ms, paint);
  const finishedLine = (report: StepReport) =>
    `${stepSign(report.status, paint)} ${renderStep(report, options)}`;

  const lines = stage.entries.flatMap((entry) =>
    entry.kind === "step"
      ? [finishedLine(entry.report)]
      : renderText(entry.kind, entry.message, paint)
          .split("\n")
          .map((line, index) => `${index === 0 ? "-" : " "} ${line}`),
  );
  const last =
    stage.end === undefined
      ? stage.running.map((step) => `${paint("yellow", "…")} ${renderRunningStep(step, nowMs, options)}`)
      : unfinishedSteps(stage).map(finishedLine);
  return [`${paint("bold", stage.stage)}  ${time}`, ...[...lines, ...last].map((line) => `  ${line}`)].join(
    "\n",
  );
}
