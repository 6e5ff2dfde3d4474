import { constants } from "node:fs";
import { chown, copyFile, mkdir, open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";

import pMap from "p-map";

import type { ServiceUser } from "../service-user.js";

const CONCURRENCY = 8;

export interface CopyOptions {
  readonly user: ServiceUser | undefined;
  readonly signal: AbortSignal;
  /** Told how many files are done, of how many. */
  readonly onProgress: (done: number, of: number) => void;
  /** Paths, relative to the source, that are not copied; given all paths there are. */
  readonly leaveOut?: (paths: readonly string[]) => (path: string) => boolean;
  /** A file that vanishes while it is copied is no error. */
  readonly mayVanish?: boolean;
  /** A path that is copied when all others are. */
  readonly last?: string;
}

/** Copies a folder file by file, each safely on the disk, for the servers' user alone. */
export async function copyTree(source: string, target: string, options: CopyOptions): Promise<void> {
  const { user, signal, onProgress, leaveOut = () => () => false, mayVanish = false, last } = options;
  const entries = await readdir(source, { withFileTypes: true, recursive: true });
  const paths = entries.map((entry) => ({
    path: relative(source, join(entry.parentPath, entry.name)),
    isFolder: entry.isDirectory(),
    isFile: entry.isFile(),
  }));
  const isLeftOut = leaveOut(paths.map(({ path }) => path));
  const wanted = paths.filter(({ path }) => !isLeftOut(path));
  const own = async (path: string) => {
    if (user !== undefined) await chown(path, user.uid, user.gid);
  };
  for (const path of ["", ...wanted.filter(({ isFolder }) => isFolder).map((folder) => folder.path)]) {
    await mkdir(join(target, path), { recursive: true, mode: 0o700 });
    await own(join(target, path));
  }
  const files = wanted.filter(({ isFile }) => isFile).map(({ path }) => path);
  let done = 0;
  let failure: Error | undefined;
  const copy = async (path: string) => {
    const to = join(target, path);
    try {
      await copyFile(join(source, path), to, constants.COPYFILE_FICLONE);
      await syncFile(to);
      await own(to);
    } catch (error) {
      if (!mayVanish || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    done += 1;
    onProgress(done, files.length);
  };
  // What is under way ends before the failure is told: whoever removes the target then meets no writer.
  const copyUnlessFailed = async (path: string) => {
    if (failure !== undefined) return;
    try {
      signal.throwIfAborted();
      await copy(path);
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
    }
  };
  await pMap(
    files.filter((path) => path !== last),
    copyUnlessFailed,
    { concurrency: CONCURRENCY },
  );
  if (failure !== undefined) throw failure;
  if (last !== undefined && files.includes(last)) await copy(last);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
