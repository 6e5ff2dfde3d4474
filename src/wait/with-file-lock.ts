import { lock } from "proper-lockfile";

import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { notYet, ready, waitUntil } from "./wait-until.js";

export interface FileLock {
  /** What is locked; it need not be there. */
  readonly path: string;
  /** The folder that stands for the lock while it is held. */
  readonly lockPath: string;
  /** Told while somebody else holds it. */
  readonly busy: string;
  /** What to do where the lock cannot be made. */
  readonly remedy: string;
}

/**
 * Runs `work` while nobody else holds the lock; waits for the other one, and says so.
 * @throws CdcError LOCKED, PATH_NOT_WRITABLE
 */
export async function withFileLock<T>(
  { path, lockPath, busy, remedy }: FileLock,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  let hasWaited = false;
  const release = await waitUntil({
    intervalMs: 250,
    ...context,
    probe: async () => {
      try {
        const release = await lock(path, {
          lockfilePath: lockPath,
          realpath: false,
          stale: 10_000,
          update: 2_000,
          // Held by somebody else though we hold it: only after this process slept for long.
          onCompromised: () => undefined,
        });
        // The wait ends with the interrupt then, and nobody else would give the lock back.
        if (context.signal.aborted) await release();
        return ready(release);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ELOCKED") return notYet(busy);
        throw new CdcError("PATH_NOT_WRITABLE", `cannot lock ${path}: ${(error as Error).message}`, {
          hint: remedy,
          cause: error,
        });
      }
    },
    onReason: (reason) => {
      if (!hasWaited) context.report({ type: "notice", message: `${reason}; waiting for it to end` });
      hasWaited = true;
    },
    onTimeout: (reason) =>
      new CdcError(
        "LOCKED",
        `${reason} and did not end in ${Math.round(context.deadline.totalMs / 1000)} s`,
        { hint: `if none runs any more, delete ${lockPath}` },
      ),
  });
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}
