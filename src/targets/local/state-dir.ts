import { randomUUID } from "node:crypto";
import { chmod, chown, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { CdcError } from "../../errors.js";
import { makeFolder } from "./cache.js";
import { type Layout, logsDir } from "./layout.js";
import { notWritable } from "./not-writable.js";
import { makePrivateFolder } from "./private-files.js";
import type { ServiceUser } from "./service-user.js";

/** In the folder from the first moment on: by it the program knows that the folder is its own. */
const MARK_FILE = ".gitignore";
const MARK_TEXT = "# Made by cdc-pipeline; so that nobody commits a database by accident.\n*\n";

/**
 * Makes the folders of state, servers and logs.
 * @throws CdcError PATH_NOT_WRITABLE, also for a state folder that holds somebody else's files
 */
export async function makeStateDir(layout: Layout): Promise<void> {
  const { stateDir, serversDir, user } = layout;
  // The servers' user must be able to read what this run writes, whatever mask root has.
  if (user !== undefined) process.umask(0o022);
  await markStateDir(stateDir);
  await orNotWritable(stateDir, async () => {
    for (const folder of new Set([stateDir, serversDir])) await closeToOthers(folder, user);
    await makePrivateFolder(logsDir(layout), user);
  });
}

/**
 * Makes the state folder alone, with the mark by which it is known.
 * @throws CdcError PATH_NOT_WRITABLE, also for a folder that holds somebody else's files
 */
export async function markStateDir(stateDir: string): Promise<void> {
  await makeFolder(stateDir);
  await orNotWritable(stateDir, async () => {
    if (await isForeign(stateDir)) {
      throw new CdcError("PATH_NOT_WRITABLE", `stateDir ${stateDir} is a folder with other files in it`, {
        hint: "set stateDir in cdc-pipeline.yaml to a folder that does not exist yet",
      });
    }
    // Renamed when whole: another run that starts here would take half a mark for somebody else's.
    const draft = join(stateDir, `${MARK_FILE}.${randomUUID()}`);
    await writeFile(draft, MARK_TEXT, { mode: 0o600 });
    await rename(draft, join(stateDir, MARK_FILE));
  });
}

/** The servers' user passes through to its own folders; nobody else so much as sees their names. */
async function closeToOthers(folder: string, user: ServiceUser | undefined): Promise<void> {
  await makeFolder(folder);
  const { uid } = await stat(folder);
  if (user !== undefined) await chown(folder, uid, user.gid);
  await chmod(folder, user === undefined ? 0o700 : 0o710);
}

async function orNotWritable(stateDir: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CdcError) throw error;
    throw notWritable(`write to ${stateDir}`, error);
  }
}

/**
 * Removes the folder with all that is in it.
 * @throws CdcError PATH_NOT_WRITABLE where it is not the program's own; then nothing is removed
 */
export async function removeStateDir(layout: Layout): Promise<void> {
  const { stateDir, serversDir } = layout;
  if (await isForeign(stateDir)) {
    throw new CdcError(
      "PATH_NOT_WRITABLE",
      `stateDir ${stateDir} holds files and not the mark of cdc-pipeline (${MARK_FILE}), so nothing was removed`,
      { hint: "check stateDir in cdc-pipeline.yaml; if the folder may go, remove it by hand" },
    );
  }
  if (serversDir !== stateDir) await rm(serversDir, { recursive: true, force: true });
  // The mark goes last: what a killed run leaves is still known as the program's own.
  const marked = (await readdir(stateDir)).filter((name) => name !== MARK_FILE);
  for (const name of marked) await rm(join(stateDir, name), { recursive: true, force: true });
  await rm(stateDir, { recursive: true, force: true });
}

/** An empty folder is nobody's: a run was killed before its mark was in it. */
async function isForeign(stateDir: string): Promise<boolean> {
  // Listed before the mark is read: whatever is listed was made after the mark of the run that made it.
  const names = (await readdir(stateDir)).filter((name) => !name.startsWith(`${MARK_FILE}.`));
  const mark = await readFile(join(stateDir, MARK_FILE), "utf8").catch(() => "");
  return mark !== MARK_TEXT && names.length > 0;
}
