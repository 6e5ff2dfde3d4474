import { setTimeout as delay } from "node:timers/promises";

import type { Context } from "../context.js";
import { foreseenError } from "../errors.js";
import type { Target } from "../targets/target.js";
import { deadlineIn } from "../wait/deadline.js";
import { look } from "./look.js";
import type { Observation } from "./observation.js";
import { Observer } from "./observer.js";

export interface FollowOptions {
  readonly everyMs: number;
  /** Its abort is how it ends in good order. */
  readonly signal: AbortSignal;
  readonly onLook: (observation: Observation) => void;
  /** A look that came to nothing, or does not end; another follows. */
  readonly onFailure: (reason: string) => void;
}

/** What one request of a look may take. */
const LOOK_MS = 10_000;

/**
 * Looks every so often until `signal` is aborted, one look at a time: where servers hang, none is added to what waits
 * for them.
 * @throws CdcError what the first look failed for
 */
export async function followLooks(
  target: Target,
  { report }: Context,
  options: FollowOptions,
): Promise<void> {
  const { everyMs, signal, onLook, onFailure } = options;
  const observer = new Observer();
  const quiet: Context["report"] = (event) => {
    // A notice tells of waiting, which the next look shows.
    if (event.type === "debug") report(event);
  };
  const stopped = abortOf(signal);
  const isOver = () => signal.aborted;
  for (let isFirst = true; !isOver();) {
    const startedMs = performance.now();
    const looking = look(target, { report: quiet, signal, deadline: deadlineIn(LOOK_MS) }, { isFirst });
    const tellOf = setInterval(
      () =>
        onFailure(
          `the servers have not answered for ${Math.round((performance.now() - startedMs) / 1_000)} s`,
        ),
      LOOK_MS,
    );
    try {
      const raw = await Promise.race([looking, stopped]);
      if (raw === undefined) return;
      onLook(observer.observe(raw));
      isFirst = false;
    } catch (thrown) {
      if (isOver()) return;
      const error = foreseenError(thrown, signal);
      if (isFirst) throw error;
      onFailure(error.message);
    } finally {
      clearInterval(tellOf);
    }
    const restMs = Math.max(0, startedMs + everyMs - performance.now());
    await delay(restMs, undefined, { signal }).catch(() => undefined);
  }
}

const abortOf = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
