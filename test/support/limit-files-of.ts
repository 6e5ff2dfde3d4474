import { stat } from "node:fs/promises";

import { execa } from "execa";

/**
 * Lets no file of another process grow beyond a size, as on a disk that is full; `unlimited` lifts that. Asked as the
 * process's own user: to root this is not allowed everywhere. A process that has ended meanwhile is no failure.
 */
export async function limitFilesOf(pid: number, bytes: number | "unlimited"): Promise<void> {
  const owner = await stat(`/proc/${pid}`).catch(() => undefined);
  if (owner === undefined) return;
  const user = process.getuid?.() === 0 ? { uid: owner.uid, gid: owner.gid } : {};
  // The soft limit alone: anybody may lift that again.
  const args = ["--pid", String(pid), `--fsize=${bytes}:`];
  const { failed, stderr } = await execa("prlimit", args, { ...user, cwd: "/", reject: false });
  if (failed && !stderr.includes("No such process")) throw new Error(stderr);
}
