import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { PostgresServer } from "./postgres-server.js";

/** Of the running server alone, or made anew by the next one. */
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|pg_(replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\/.+)$/;
const WAL = /^pg_wal\/.+/;

/** Copies a running server's data directory as a base backup does; a new server goes on from there. */
export async function copyBackup(server: PostgresServer, target: string): Promise<void> {
  const client = await server.connect("postgres");
  const isOld = server.version < 15;
  // Backup mode lasts as long as the session.
  await client.query(
    isOld ? "SELECT pg_start_backup('standby', true, false)" : "SELECT pg_backup_start('standby', true)",
  );
  await copyTree(server.dataDir, target, (path) => !LEFT_OUT.test(path) && !WAL.test(path));
  const { rows } = await client.query<{ labelfile: string }>(
    isOld
      ? "SELECT labelfile FROM pg_stop_backup(false, false)"
      : "SELECT labelfile FROM pg_backup_stop(false)",
  );
  await client.end();
  await copyTree(server.dataDir, target, (path) => WAL.test(path));
  await writeFile(join(target, "backup_label"), rows[0]?.labelfile ?? "");
}

/** What vanishes meanwhile is left out: the WAL brings the copy to the state at the end of the backup. */
async function copyTree(source: string, target: string, isWanted: (path: string) => boolean): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(source, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name).slice(source.length + 1);
    if (!isWanted(path)) continue;
    if (entry.isDirectory()) await mkdir(join(target, path), { recursive: true, mode: 0o700 });
    else await copyFile(join(source, path), join(target, path)).catch(ignoreVanished);
  }
}

function ignoreVanished(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
