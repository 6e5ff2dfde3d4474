import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { exists } from "../cache.js";
import { type Layout, serverDir } from "../layout.js";
import { commandOf, identify } from "../process-identity.js";
import { stopProcess } from "../server-process.js";

const dataOf = (layout: Layout): string => join(serverDir(layout, "postgres"), "data");

/** Where a server is restored, beside its place, until it is what it should be. */
export const draftOf = (layout: Layout): string => `${dataOf(layout)}.new`;

/** What the data from before a restore in place is called, up to its time. */
const BEFORE_RESTORE = "data.before-";

/** Where the data from before a restore is kept; of two restores, never the same. */
export const asideOf = (layout: Layout, now: Date): string =>
  join(serverDir(layout, "postgres"), BEFORE_RESTORE + now.toISOString().replaceAll(/[-:]/g, ""));

/**
 * Undoes a restore that did not end, be it one that was killed: ends the server that recovers, puts the data from
 * before back in its place, removes the draft. Only called under the lock of the state folder.
 */
export async function dropDraft(layout: Layout): Promise<void> {
  const draft = draftOf(layout);
  if (!(await exists(draft))) return;
  await endServerOf(draft);
  const aside = await newestAside(layout);
  // Killed between the two renames of a swap: without this, the next start would make an empty server.
  if (aside !== undefined && !(await exists(dataOf(layout)))) await rename(aside, dataOf(layout));
  await rm(draft, { recursive: true, force: true });
}

async function endServerOf(draft: string): Promise<void> {
  const pid = Number((await readFile(join(draft, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  if (!(pid > 0) || !(await commandOf(pid)).includes(draft)) return;
  const server = await identify(pid);
  // Its data goes: there is no need to end in order.
  if (server !== undefined) await stopProcess(server, { signal: "SIGQUIT", graceMs: 10_000 });
}

async function newestAside(layout: Layout): Promise<string | undefined> {
  const folder = serverDir(layout, "postgres");
  const names = (await readdir(folder)).filter((name) => name.startsWith(BEFORE_RESTORE)).sort();
  const newest = names.at(-1);
  return newest === undefined ? undefined : join(folder, newest);
}
