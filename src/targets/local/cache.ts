import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { CdcError } from "../../errors.js";

/**
 * Makes one folder of the cache, once: `fill` gets an empty folder beside it, which takes its name only
 * when `fill` is done, so that what is in the cache is always whole. Several may do this at once.
 * @returns whether it was made now
 */
export async function fillCache(
  cacheDir: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<{ readonly folder: string; readonly created: boolean }> {
  const folder = join(cacheDir, name);
  if (await exists(folder)) return { folder, created: false };
  await makeFolder(cacheDir);
  const draft = await mkdtemp(join(cacheDir, `.${name}-`));
  try {
    await fill(join(draft, name));
    await rename(join(draft, name), folder).catch(async (error: unknown) => {
      // Somebody else was faster; theirs is as good.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { folder, created: true };
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** @throws CdcError PATH_NOT_WRITABLE */
export async function makeFolder(path: string, mode = 0o755): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    throw new CdcError("PATH_NOT_WRITABLE", `cannot make the folder ${path}: ${(error as Error).message}`, {
      hint: "run it in a folder you may write to, or set stateDir and cacheDir in cdc-pipeline.yaml",
      cause: error,
    });
  }
}
