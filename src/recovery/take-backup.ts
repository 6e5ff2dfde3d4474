import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { formatBytes } from "../format.js";
import { formatLsn } from "../lsn.js";
import { outcome, type Stage } from "../run-stage.js";
import type { Recovery } from "../targets/recovery.js";
import { readArchiveHealth } from "./archive-health.js";
import { type Backup, readBackups } from "./backups.js";
import { closeSegment } from "./close-segment.js";

/** Takes a base backup. @throws CdcError NOT_DEPLOYED, WAL_NOT_ARCHIVED, BACKUP_FAILED */
export async function takeBackup(recovery: Recovery, stage: Stage, context: Context): Promise<Backup> {
  const postgres = await recovery.findPostgres(context);
  if (postgres === undefined) {
    throw new CdcError("NOT_DEPLOYED", "PostgreSQL does not run, and a base backup is taken from it", {
      hint: "cdc-pipeline deploy",
    });
  }
  const withWords = async <T>(work: Promise<T>): Promise<T> =>
    work.catch(async (error: unknown) => {
      throw await addWords(error, recovery, context);
    });
  await stage.step("WAL archive", (update) => withWords(requireArchiving(postgres, context, update)));
  const id = backupId(new Date());
  return stage.step(`base backup ${id}`, async (update) => {
    await withWords(recovery.takeBackup(id, postgres, context, update));
    const backup = await findBackup(recovery, id, context);
    const range = `WAL ${formatLsn(backup.startLsn)} to ${formatLsn(backup.stopLsn)}`;
    return outcome("created", `${formatBytes(backup.sizeBytes)}, ${range}`, backup);
  });
}

/** By the time in UTC, so that they sort as they were taken. */
const backupId = (now: Date): string => now.toISOString().replaceAll(/[-:]/g, "");

/** A backup waits for its WAL at its end: what cannot be archived is better known before. */
async function requireArchiving(
  postgres: PostgresEndpoint,
  context: Context,
  update: (message: string) => void,
) {
  const health = await withPostgres(postgres, "postgres", readArchiveHealth);
  if (!health.isOn) {
    throw new CdcError("WAL_NOT_ARCHIVED", "archive_mode is off, so no WAL gets into the archive", {
      hint: "cdc-pipeline deploy starts PostgreSQL with it",
    });
  }
  if (!health.isFailing) return outcome("unchanged", "takes what it is given");
  // Somebody may have mended it since: the archiver rests for a minute, unless there is more for it.
  await closeSegment(postgres, context, update);
  return outcome("unchanged", "takes what it is given again");
}

/** PostgreSQL counts the archiver's failures; why it failed, only its log knows. */
async function addWords(error: unknown, recovery: Recovery, context: Context): Promise<unknown> {
  if (!(error instanceof CdcError) || error.code !== "WAL_NOT_ARCHIVED") return error;
  const words = await recovery.archiverWords?.(context).catch(() => undefined);
  if (words === undefined) return error;
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return new CdcError(error.code, `${error.message}: ${words}`, { ...hint, cause: error });
}

async function findBackup(recovery: Recovery, id: string, context: Context): Promise<Backup> {
  const { usable, unusable } = readBackups(await recovery.readArchive(context));
  const backup = usable.find((one) => one.id === id);
  if (backup !== undefined) return backup;
  const problem = unusable.find((one) => one.id === id)?.problem ?? "it is not in the archive";
  throw new CdcError("BACKUP_FAILED", `backup ${id} was made and cannot be restored: ${problem}`, {
    hint: "cdc-pipeline backup",
  });
}
