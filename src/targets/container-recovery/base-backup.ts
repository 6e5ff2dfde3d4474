import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { refuseTablespaces } from "../../recovery/refuse-tablespaces.js";
import { watchArchiver } from "../../recovery/watch-archiver.js";
import { ARCHIVE, type ArchiveShell, LOCK, runOnArchive } from "./archive-shell.js";

/**
 * Arguments: seconds to wait, id, user. Made beside its place, and renamed when it is whole. Without WAL of its own
 * `pg_basebackup` ends only when the server has archived all that the backup needs.
 */
export const BASE_BACKUP = `set -euo pipefail
${LOCK}
lock -x "$1"
id=$2 user=$3
backups=${ARCHIVE}/backups
draft=$backups/$id.new
mkdir -p -m 700 "$backups"
# What killed runs have left.
rm -rf "$backups"/*.new
drop() {
  rm -rf "$draft"
  [ -z "\${lifeline-}" ] || untie
}
trap drop EXIT
pg_basebackup --host=/var/run/postgresql --username="$user" --no-password --pgdata="$draft" \\
  --format=tar --gzip --wal-method=none --checkpoint=fast --label="$id" --progress
cp "$PGDATA/PG_VERSION" "$draft/PG_VERSION"
sync "$draft/PG_VERSION" "$draft"
mv "$draft" "$backups/$id"
sync "$backups"
`;

/**
 * Takes a base backup with `pg_basebackup` in the server's container. Whole or not at all.
 * @throws CdcError BACKUP_FAILED, WAL_NOT_ARCHIVED, LOCKED
 */
export async function baseBackup(
  shell: ArchiveShell,
  id: string,
  postgres: PostgresEndpoint,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await withPostgres(postgres, "postgres", async (client) => {
    await refuseTablespaces(client);
    // It would wait for an archive that takes nothing for as long as the server does: without an end.
    const failed = new AbortController();
    const over = new AbortController();
    const signal = AbortSignal.any([context.signal, failed.signal]);
    const watching = watchArchiver(client, { ...context, signal: over.signal }).catch((error: unknown) =>
      failed.abort(error),
    );
    try {
      const work = { context: { ...context, signal }, onLine: update };
      await runOnArchive(shell, BASE_BACKUP, [id, postgres.adminUser], work, notMade);
    } finally {
      over.abort();
      await watching;
    }
  });
}

function notMade(reason: string): CdcError {
  const isFull = /no space left|disk quota/i.test(reason);
  return new CdcError("BACKUP_FAILED", `the backup could not be made: ${reason}`, {
    hint: isFull
      ? "free some space; cdc-pipeline backup prune --keep 1 removes older backups"
      : "correct what the message names, and run it again; cdc-pipeline logs postgres may say more",
  });
}
