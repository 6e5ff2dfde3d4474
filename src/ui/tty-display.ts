import type { ProgressEvent } from "../progress.js";
import type { Display, DisplayOptions } from "./display.js";
import { createPaint, type Paint } from "./paint.js";
import { createProgressModel, type StageProgress } from "./progress-model.js";
import { renderStageBlock } from "./render-stage-block.js";
import { renderText } from "./render-step.js";
import type { ItemOutcome, SettleItem, StageList } from "./stage-list.js";

/** A stage or a text outside of stages, as one item of the list. */
interface Block {
  readonly render: () => string;
  /** Undefined while it goes on. */
  readonly outcome: () => ItemOutcome | undefined;
  settle?: SettleItem;
  isSettled?: boolean;
}

/** A live list on a terminal: each stage with its finished steps and those that still run. */
export function createTtyDisplay(options: Omit<DisplayOptions, "mode">): Display {
  const paint = createPaint(options.color);
  const model = createProgressModel(options.databases);
  const blocks: Block[] = [];
  const shownStages = new Set<StageProgress>();
  let loading: Promise<StageList> | undefined;
  let list: StageList | undefined;
  let closing: Promise<void> | undefined;

  const addNewStages = () => {
    for (const stage of model.stages) {
      if (shownStages.has(stage)) continue;
      shownStages.add(stage);
      blocks.push({
        render: () => renderStageBlock(stage, performance.now(), { paint, databases: model.databases }),
        outcome: () => outcomeOf(stage),
      });
    }
  };

  /** Brings the list up to the blocks; until it is loaded they wait. */
  const updateList = () => {
    if (list === undefined) return;
    for (const block of blocks) {
      block.settle ??= list.add(block.render);
      const outcome = block.outcome();
      if (outcome === undefined || block.isSettled === true) continue;
      block.isSettled = true;
      block.settle(outcome);
    }
  };

  const load = async (): Promise<StageList> => {
    const { startStageList } = await import("./stage-list.js");
    list = await startStageList(options.stream, paint);
    updateList();
    return list;
  };

  const report = (event: ProgressEvent) => {
    if (closing !== undefined || (event.type === "debug" && !options.verbose)) return;
    const isText = event.type === "notice" || event.type === "debug";
    if (isText && model.openStage() === undefined) blocks.push(textBlock(event, paint));
    model.apply(event, performance.now());
    addNewStages();
    loading ??= load();
    // It is looked at in `close`; until then a failure to load must not end the process.
    loading.catch(() => undefined);
    updateList();
  };

  const close = async () => {
    const nowMs = performance.now();
    for (const { stage, startedAtMs, end } of model.stages) {
      if (end !== undefined) continue;
      model.apply({ type: "stage-end", stage, status: "failed", ms: nowMs - startedAtMs }, nowMs);
    }
    const loaded = await loading;
    updateList();
    await loaded?.end();
  };

  return { report, close: () => (closing ??= close()) };
}

function outcomeOf({ end }: StageProgress): ItemOutcome | undefined {
  if (end === undefined) return undefined;
  return end.status === "failed" || end.status === "skipped" ? end.status : "done";
}

function textBlock(event: { type: "notice" | "debug"; message: string }, paint: Paint): Block {
  const text = renderText(event.type === "notice" ? "note" : "debug", event.message, paint);
  return { render: () => text, outcome: () => "skipped" };
}
