import type { Context } from "../../context.js";
import { withFileLock } from "../../wait/with-file-lock.js";

/**
 * Runs `work` while no other run works in this directory; waits for the other one, and says so.
 * @throws CdcError LOCKED
 */
export function withLock<T>(stateDir: string, context: Context, work: () => Promise<T>): Promise<T> {
  const busy = "another cdc-pipeline run works in this directory";
  return withFileLock({ path: stateDir, lockPath: `${stateDir}/lock`, busy }, context, work);
}
