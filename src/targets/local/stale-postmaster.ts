import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { CdcError } from "../../errors.js";
import { deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { commandOf } from "./process-identity.js";

/** A killed server's process is gone at once, its entry in the process table when its parent has looked. */
const REAPED_WITHIN_MS = 5_000;

/**
 * PostgreSQL refuses to start while a process with the number in its lock file exists, be it a dead one
 * that nobody has reaped yet, or somebody else's that got the number since. Call only when the server
 * that was started here is known to be dead: waits for it to be reaped, then removes the lock file.
 */
export async function releaseStaleLock(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  const pid = Number((await readFile(file, "utf8").catch(() => "")).split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !exists(pid)) return;
  try {
    await waitUntil({
      intervalMs: 50,
      deadline: deadlineIn(REAPED_WITHIN_MS),
      signal: new AbortController().signal,
      probe: () => Promise.resolve(exists(pid) ? notYet(`process ${pid} is still there`) : ready(undefined)),
      onTimeout: (reason) => new CdcError("SERVER_NOT_READY", reason),
    });
  } catch {
    // A server that does work with this data is left alone; PostgreSQL will say so.
    if (!(await commandOf(pid)).includes(data)) await rm(file, { force: true });
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
