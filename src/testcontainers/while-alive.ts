import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { SERVERS } from "../targets/target.js";
import { notYet, waitUntil } from "../wait/wait-until.js";
import type { ContainerSet } from "./container-set.js";

const CHECK_EVERY_MS = 500;

/**
 * Runs `work` and ends it when a container ends: what is asked of a dead server would be waited for in vain.
 * @throws CdcError SERVER_DIED, and what `work` throws
 */
export async function whileAlive<T>(
  set: ContainerSet,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const death = new AbortController();
  const over = new AbortController();
  const watch = waitUntil<never>({
    intervalMs: CHECK_EVERY_MS,
    deadline: context.deadline,
    signal: over.signal,
    probe: async () => {
      for (const server of SERVERS) await set.requireAlive(server);
      return notYet("all containers run");
    },
    onTimeout: (reason) => new CdcError("SERVER_NOT_READY", `the start did not end in time; ${reason}`),
  }).catch((error: unknown) => {
    if (!over.signal.aborted) death.abort(error);
  });
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, death.signal]) });
  } catch (error) {
    death.signal.throwIfAborted();
    // It may have died a moment ago, and nobody has looked since.
    for (const server of SERVERS) await set.requireAlive(server);
    throw error;
  } finally {
    over.abort();
    await watch;
  }
}
