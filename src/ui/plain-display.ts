import type { ProgressEvent } from "../progress.js";
import type { Display, DisplayOptions } from "./display.js";
import { createPaint } from "./paint.js";
import { createProgressModel, type RunningStep } from "./progress-model.js";
import { renderRunningStep, renderStageEnd, renderStep, renderText } from "./render-step.js";

const STAGE_WIDTH = "register".length;
/** A step that still runs is mentioned this often and no oftener. */
const WAITING_LINE_INTERVAL_MS = 10_000;
const TICK_MS = 1000;

/** One line for each finished step, nothing in place: for logs, pipes and dumb terminals. */
export function createPlainDisplay(options: Omit<DisplayOptions, "mode">): Display {
  const { stream, verbose, databases } = options;
  const paint = createPaint(options.color);
  const model = createProgressModel(databases);
  const lastLineAtMs = new WeakMap<RunningStep, number>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const write = (text: string) => void stream.write(`${text}\n`);
  const writeOfStage = (stage: string, text: string) =>
    write(`${paint("bold", stage)}${" ".repeat(Math.max(0, STAGE_WIDTH - stage.length))}  ${text}`);
  const lineOptions = { paint, databases: model.databases };

  const stopTimer = () => {
    clearInterval(timer);
    timer = undefined;
  };

  const writeWaitingSteps = () => {
    const nowMs = performance.now();
    const waiting = model.stages.flatMap(({ stage, end, running }) =>
      end === undefined ? running.map((step) => ({ stage, step })) : [],
    );
    if (waiting.length === 0) stopTimer();
    for (const { stage, step } of waiting) {
      if (nowMs - (lastLineAtMs.get(step) ?? step.startedAtMs) < WAITING_LINE_INTERVAL_MS) continue;
      lastLineAtMs.set(step, nowMs);
      writeOfStage(stage, renderRunningStep(step, nowMs, lineOptions));
    }
  };

  const writeEvent = (event: ProgressEvent) => {
    switch (event.type) {
      case "step-end":
        writeOfStage(event.stage, renderStep(event, lineOptions));
        return;
      case "stage-end":
        if (event.status === "failed" || event.status === "skipped") {
          writeOfStage(event.stage, renderStageEnd(event.status, event.ms, paint));
        }
        return;
      case "notice":
        write(renderText("note", event.message, paint));
        return;
      case "debug":
        if (verbose) write(renderText("debug", event.message, paint));
        return;
      case "step-start":
      case "step-update":
        timer ??= setInterval(writeWaitingSteps, TICK_MS).unref();
        return;
      case "stage-start":
        return;
    }
  };

  return {
    report: (event) => {
      if (closed) return;
      model.apply(event, performance.now());
      writeEvent(event);
    },
    close: () => {
      closed = true;
      stopTimer();
      return Promise.resolve();
    },
  };
}
