import { chown, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type PostgresClient, type PostgresEndpoint, withPostgres } from "../../../clients/postgres.js";
import type { Context } from "../../../context.js";
import { refuseTablespaces } from "../../../recovery/refuse-tablespaces.js";
import { waitForArchived } from "../../../recovery/wait-for-archived.js";
import { archiveDir } from "../archive-folder.js";
import { ARCHIVE_PARTS } from "../archive-settings.js";
import { type Layout, serverDir } from "../layout.js";
import { copyTree } from "./copy-tree.js";
import { explainFileError } from "./explain-file-error.js";
import { isLeftOut, unloggedAmong } from "./left-out.js";
import { BACKUP_DATA, DRAFT_SUFFIX } from "./read-archive.js";

/**
 * Takes a base backup through PostgreSQL's backup functions: the npm packages bring no `pg_basebackup`.
 * It is made beside its place and takes its name when it is whole and its WAL archived.
 * @throws CdcError BACKUP_FAILED, WAL_NOT_ARCHIVED
 */
export async function baseBackup(
  id: string,
  layout: Layout,
  postgres: PostgresEndpoint,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  const backups = join(archiveDir(layout), ARCHIVE_PARTS.backups);
  await dropBackupDrafts(backups);
  const draft = join(backups, `${id}${DRAFT_SUFFIX}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    if (layout.user !== undefined) await chown(draft, layout.user.uid, layout.user.gid);
    await withPostgres(postgres, "postgres", (client) =>
      copyInBackupMode(client, id, layout, join(draft, BACKUP_DATA), context, update).catch(
        (error: unknown) => {
          throw explain(error);
        },
      ),
    );
    await rename(draft, join(backups, id));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw explain(error);
  }
}

const explain = (error: unknown): unknown =>
  explainFileError(error, "BACKUP_FAILED", "the backup could not be written");

/** What killed runs have left. Only called under the lock. */
export async function dropBackupDrafts(backups: string): Promise<void> {
  for (const name of await readdir(backups)) {
    if (name.endsWith(DRAFT_SUFFIX)) await rm(join(backups, name), { recursive: true, force: true });
  }
}

/** Backup mode ends with the session: a run that is killed leaves none behind. */
async function copyInBackupMode(
  client: PostgresClient,
  id: string,
  layout: Layout,
  target: string,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await refuseTablespaces(client);
  update("waiting for a checkpoint");
  await client.query("SELECT pg_backup_start($1, true)", [id]);
  await copyTree(join(serverDir(layout, "postgres"), "data"), target, {
    user: layout.user,
    signal: context.signal,
    mayVanish: true,
    // By it recovery knows the server; as PostgreSQL's own tool does.
    last: "global/pg_control",
    leaveOut: (paths) => {
      const unlogged = unloggedAmong(paths);
      return (path) => isLeftOut(path, unlogged);
    },
    onProgress: (done, of) => {
      if (done % 100 === 0) update(`${done} of ${of} files copied`);
    },
  });
  const { rows } = await client.query<{ label: string; lastFile: string; historyFile: string }>(
    `SELECT labelfile AS label, pg_walfile_name(lsn) AS "lastFile" FROM pg_backup_stop(false)`,
  );
  const { label = "", lastFile = "" } = rows[0] ?? {};
  const labelFile = join(target, "backup_label");
  await writeFile(labelFile, label, { mode: 0o600, flush: true });
  if (layout.user !== undefined) await chown(labelFile, layout.user.uid, layout.user.gid);
  await waitForArchived(client, [lastFile, historyFileOf(label)], context, update);
}

/** The name of the record that PostgreSQL archives of a backup, from the backup's label. */
function historyFileOf(label: string): string {
  const [, low = "0", file = ""] =
    /^START WAL LOCATION: [0-9A-F]+\/([0-9A-F]+) \(file (\w+)\)/.exec(label) ?? [];
  // The offset in a segment of 16 MiB: the local server is made with no other.
  const offset = parseInt(low, 16) % 0x100_0000;
  return `${file}.${offset.toString(16).toUpperCase().padStart(8, "0")}.backup`;
}
