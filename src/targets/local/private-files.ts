import { constants } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";

import { CdcError } from "../../errors.js";
import type { ServiceUser } from "./service-user.js";

/* What servers and the program keep is for one user alone: data, logs, settings, passwords. */

/**
 * Makes a folder that only the servers' user may look into, also where it is there already.
 * @throws CdcError PATH_NOT_WRITABLE
 */
export async function makePrivateFolder(path: string, user: ServiceUser | undefined): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    // Run as root, a link that the servers' user has put there must not lead to somebody else's folder.
    const folder = await open(path, constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      await folder.chmod(0o700);
      if (user !== undefined) await folder.chown(user.uid, user.gid);
    } finally {
      await folder.close();
    }
  } catch (error) {
    throw new CdcError(
      "PATH_NOT_WRITABLE",
      `cannot make the folder ${path} for the servers alone: ${(error as Error).message}`,
      { hint: "run it as the user who started the servers, or set stateDir to another folder", cause: error },
    );
  }
}

/** Puts a file that only the servers' user may read in the place of what is there: a reader sees the old or the new. */
export async function writePrivateFile(
  path: string,
  text: string,
  user: ServiceUser | undefined,
): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  await rm(draft, { force: true });
  // Never through a link: this may run as root, in a folder of the servers' user.
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    if (user !== undefined) await file.chown(user.uid, user.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Runs `start`, which starts a process at once: what that makes, nobody else may read. */
export function withPrivateMask<T>(start: () => T): T {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}
