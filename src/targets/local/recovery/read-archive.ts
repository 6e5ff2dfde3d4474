import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import pMap from "p-map";

import type { ArchivedFile, ArchiveFacts, BackupFolder } from "../../../recovery/archive-facts.js";
import { ARCHIVE_PARTS } from "../archive-settings.js";

/** What is written beside its place has a name that ends so, until it is whole. */
export const DRAFT_SUFFIX = ".new";
/** The data directory in a backup's folder. */
export const BACKUP_DATA = "data";

/** Reads an archive folder; one that is not there is empty. What another run prunes meanwhile is not there. */
export async function readArchive(folder: string): Promise<ArchiveFacts> {
  const [wal, backups] = await Promise.all([
    readWal(join(folder, ARCHIVE_PARTS.wal)),
    readBackups(join(folder, ARCHIVE_PARTS.backups)),
  ]);
  const named = wal.filter(({ name }) => /\.(backup|history)$/.test(name));
  const texts = await pMap(
    named,
    async ({ name }) => {
      const text = await unlessGone(readFile(join(folder, ARCHIVE_PARTS.wal, name), "utf8"));
      return text === undefined ? [] : [[name, text] as const];
    },
    { concurrency: 8 },
  );
  return { wal, backups, texts: new Map(texts.flat()) };
}

async function readWal(folder: string): Promise<ArchivedFile[]> {
  const names = (await listFolder(folder)).filter((name) => !name.startsWith("."));
  const files = await pMap(
    names,
    async (name): Promise<ArchivedFile[]> => {
      const info = await stat(join(folder, name)).catch(() => undefined);
      return info === undefined ? [] : [{ name, sizeBytes: info.size, archivedAtMs: info.mtimeMs }];
    },
    { concurrency: 8 },
  );
  return files.flat().sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function readBackups(folder: string): Promise<BackupFolder[]> {
  const ids = (await listFolder(folder)).filter((name) => !name.endsWith(DRAFT_SUFFIX)).sort();
  const backups: BackupFolder[] = [];
  for (const id of ids) {
    const data = join(folder, id, BACKUP_DATA);
    const major = Number(await readFile(join(data, "PG_VERSION"), "utf8").catch(() => ""));
    if (major > 0) backups.push({ id, sizeBytes: await folderBytes(data), postgresMajor: major });
  }
  return backups;
}

async function folderBytes(folder: string): Promise<number> {
  const entries = (await unlessGone(readdir(folder, { withFileTypes: true, recursive: true }))) ?? [];
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await pMap(
    files,
    async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(() => ({ size: 0 }))).size,
    { concurrency: 8 },
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function listFolder(folder: string): Promise<string[]> {
  return (await unlessGone(readdir(folder))) ?? [];
}

async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
