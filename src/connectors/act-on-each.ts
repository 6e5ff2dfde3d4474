import { setMaxListeners } from "node:events";

import pMap from "p-map";

import type { Context } from "../context.js";
import { foreseenError } from "../errors.js";
import type { StepStatus } from "../progress.js";
import { runStage, type StepOutcome } from "../run-stage.js";
import { type Failure, throwFailures } from "../throw-failures.js";

/** What became of one connector. */
export interface Acted {
  readonly name: string;
  readonly status: StepStatus;
  /** One short clause; null where there is nothing to say. */
  readonly detail: string | null;
}

export interface ActOptions {
  /** The name of the stage that it is told as. */
  readonly stage: string;
  readonly atOnce: number;
}

/**
 * Does the same to several connectors, some at a time. What fails does not stop the others.
 * @throws CdcError of the one that failed, or SEVERAL_FAILED
 */
export function actOnEach(
  names: readonly string[],
  { stage: stageName, atOnce }: ActOptions,
  context: Context,
  act: (name: string, update: (message: string) => void) => Promise<StepOutcome<void>>,
): Promise<readonly Acted[]> {
  // Each request and each wait that goes on listens to it: that many are no leak.
  setMaxListeners(0, context.signal);
  return runStage(stageName, context, async (stage) => {
    const failures: Failure[] = [];
    const acted = await pMap(
      names,
      async (name): Promise<Acted | undefined> => {
        context.signal.throwIfAborted();
        try {
          return await stage.step(`connector ${name}`, async (update) => {
            const done = await act(name, update);
            const { status, detail } = done;
            return { ...done, value: { name, status, detail: detail ?? null } };
          });
        } catch (error) {
          failures.push({ name, error: foreseenError(error, context.signal) });
          return undefined;
        }
      },
      { concurrency: atOnce },
    );
    // In the order of the names, whichever failed first.
    failures.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
    throwFailures(failures, "connector");
    return acted.filter((one) => one !== undefined);
  });
}
