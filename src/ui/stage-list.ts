import { type DefaultRenderer, Listr, ListrTaskState, type ListrTaskWrapper } from "listr2";

import type { Paint } from "./paint.js";
import { TerminalOutput, terminalRenderer, terminalRendererOptions } from "./terminal-renderer.js";

export type ItemOutcome = "done" | "failed" | "skipped";

/** Ends an item; the sign before its first line becomes that of the outcome. */
export type SettleItem = (outcome: ItemOutcome) => void;

/** A live list on a terminal that items can be added to while it is shown. */
export interface StageList {
  /** `render` gives the item's lines and is asked anew for every frame. */
  add(render: () => string): SettleItem;
  /** Draws the last frame once every item is settled, and gives the terminal back. */
  end(): Promise<void>;
}

type RendererClass = typeof DefaultRenderer;

const END_STATES = { failed: ListrTaskState.FAILED, skipped: ListrTaskState.SKIPPED } as const;

/** Starts an empty live list. Only this module and its renderer load listr2: import it when it is needed. */
export async function startStageList(stream: NodeJS.WritableStream, paint: Paint): Promise<StageList> {
  const output = new TerminalOutput(stream);
  const started = createSignal<ListrTaskWrapper<unknown, RendererClass, RendererClass>>();
  const closing = createSignal<undefined>();
  const runs: Promise<void>[] = [];
  const updates: (() => void)[] = [];

  const list = new Listr<unknown, RendererClass, RendererClass>(
    {
      // A list ends with the tasks that it was started with: this one, which is not shown, keeps it open.
      task: (_context, wrapper) => {
        started.resolve(wrapper);
        return closing.promise;
      },
    },
    {
      renderer: terminalRenderer(output, () => updates.forEach((update) => update())),
      rendererOptions: terminalRendererOptions(output, paint),
      exitOnError: false,
      registerSignalListeners: false,
    },
  );
  // If the process exits before `end`, this shows the cursor, and what others wrote meanwhile.
  const restoreTerminal = () => output.release();
  process.once("exit", restoreTerminal);
  const run = list.run().finally(() => process.off("exit", restoreTerminal));
  const wrapper = await Promise.race([started.promise, run.then(() => started.promise)]);

  return {
    add: (render) => {
      const settled = createSignal<ItemOutcome>();
      list.add({
        title: " ",
        task: async () => {
          const outcome = await settled.promise;
          if (outcome !== "done" && task !== undefined) task.state$ = END_STATES[outcome];
        },
        // With a buffer for output, listr2 would make a finished task a new one for every frame.
        rendererOptions: { outputBar: false },
      });
      const task = list.tasks.at(-1);
      if (task !== undefined) {
        updates.push(() => (task.title = render()));
        runs.push(task.check({}).then(() => task.run({}, wrapper)));
      }
      return settled.resolve;
    },
    end: async () => {
      await Promise.all(runs);
      closing.resolve(undefined);
      await run;
    },
  };
}

interface Signal<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

function createSignal<Value>(): Signal<Value> {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}
