import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { CdcError } from "../../errors.js";
import { deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

/** The sessions of a killed server look for it every second at the latest. */
const GONE_WITHIN_MS = 10_000;
/** In the seventh line of the lock file: the key and the number of the shared memory. */
const MEMORY_LINE = 6;

/**
 * Waits until the sessions of a server that was killed have ended: while one holds its shared memory PostgreSQL refuses
 * to start. Known on Linux only; elsewhere, and where one does not end, PostgreSQL says so itself.
 */
export async function awaitOrphans(data: string): Promise<void> {
  const lock = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  const id = lock[MEMORY_LINE]?.trim().split(/\s+/)[1];
  if (id === undefined) return;
  await waitUntil({
    intervalMs: 50,
    deadline: deadlineIn(GONE_WITHIN_MS),
    signal: new AbortController().signal,
    probe: async () =>
      (await holdersOf(id)) === 0 ? ready(undefined) : notYet(`shared memory ${id} is still held`),
    onTimeout: (reason) => new CdcError("SERVER_NOT_READY", reason),
  }).catch(() => undefined);
}

/** How many processes hold a piece of System V shared memory; 0 where that is not known. */
async function holdersOf(id: string): Promise<number> {
  const table = await readFile("/proc/sysvipc/shm", "utf8").catch(() => "");
  const [heading = [], ...rows] = table.split("\n").map((line) => line.trim().split(/\s+/));
  const [idColumn, holdersColumn] = ["shmid", "nattch"].map((name) => heading.indexOf(name));
  const row = rows.find((cells) => cells[idColumn ?? -1] === id);
  return Number(row?.[holdersColumn ?? -1] ?? 0);
}
