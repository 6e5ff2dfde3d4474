import type { Context } from "../../context.js";
import { withFileLock } from "../../wait/with-file-lock.js";

/**
 * Runs `work` while no other run works in this directory; waits for the other one, and says so.
 * @throws CdcError LOCKED, PATH_NOT_WRITABLE
 */
export function withLock<T>(stateDir: string, context: Context, work: () => Promise<T>): Promise<T> {
  const busy = "another cdc-pipeline run works in this directory";
  const remedy = "run it in a folder you may write to, or set stateDir in cdc-pipeline.yaml";
  return withFileLock({ path: stateDir, lockPath: `${stateDir}/lock`, busy, remedy }, context, work);
}
