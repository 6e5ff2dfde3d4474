import { access, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { notWritable } from "./not-writable.js";
import { identify } from "./process-identity.js";

/** A draft may be another machine's, where the cache is shared: its process cannot be looked up, its age can. */
const DRAFT_MAX_AGE_MS = 3_600_000;

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
  await dropOldDrafts(cacheDir, name);
  if (await exists(folder)) return { folder, created: false };
  await makeFolder(cacheDir);
  const draft = await mkdtemp(join(cacheDir, `.${name}-${process.pid}-`)).catch((error: unknown) => {
    throw notWritable(`write to the folder ${cacheDir}`, error);
  });
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
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw notWritable(`make the folder ${path}`, error);
  }
}

/** Removes what runs that were killed have left of this folder; a failure to do so is no one's concern. */
async function dropOldDrafts(cacheDir: string, name: string): Promise<void> {
  const prefix = `.${name}-`;
  for (const entry of await readdir(cacheDir).catch(() => [])) {
    if (!entry.startsWith(prefix)) continue;
    const parts = /^(?:(\d+)-)?[A-Za-z0-9]{6}$/.exec(entry.slice(prefix.length));
    if (parts === null) continue;
    const pid = parts[1];
    if (pid !== undefined && (await identify(Number(pid))) !== undefined) continue;
    const draft = join(cacheDir, entry);
    const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs < DRAFT_MAX_AGE_MS) continue;
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
  }
}
