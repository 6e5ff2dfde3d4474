import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { CdcError } from "../../errors.js";

/** The ordinary user that servers run as when the program itself runs as root, which PostgreSQL refuses. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ["postgres", "nobody"];

/**
 * The user to run servers as: undefined (oneself) for an ordinary user; for root the one who called
 * sudo, else `postgres`, else `nobody`.
 * @throws CdcError SERVICE_USER_MISSING
 */
export async function findServiceUser(): Promise<ServiceUser | undefined> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  return chooseServiceUser(process.getuid?.(), passwd, Number(process.env.SUDO_UID ?? 0));
}

export function chooseServiceUser(
  ownUid: number | undefined,
  passwd: string,
  sudoUid: number,
): ServiceUser | undefined {
  if (ownUid !== 0) return undefined;
  const users = parsePasswd(passwd).filter(({ uid }) => uid !== 0);
  const chosen =
    users.find(({ uid }) => uid === sudoUid) ??
    CANDIDATES.flatMap((candidate) => users.filter(({ name }) => name === candidate))[0];
  if (chosen !== undefined) return chosen;
  throw new CdcError(
    "SERVICE_USER_MISSING",
    "this runs as root, PostgreSQL refuses to run as root, and there is no user postgres or nobody",
    { hint: "run the command as an ordinary user, or add one: useradd --system postgres" },
  );
}

export function parsePasswd(text: string): ServiceUser[] {
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** Whether `user` may pass through every folder above `path` (and `path` itself where it exists). */
export async function canReach(user: ServiceUser, path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const info = await stat(folder).catch(() => undefined);
    if (info !== undefined) {
      const shift = info.uid === user.uid ? 6 : info.gid === user.gid ? 3 : 0;
      if (((info.mode >> shift) & 1) === 0) return false;
    }
    if (dirname(folder) === folder) return true;
  }
}
