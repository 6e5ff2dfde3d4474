import { join } from "node:path";

import getPort from "get-port";

import type { PostgresEndpoint } from "../../../clients/postgres.js";
import type { Context } from "../../../context.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { recoverySettings } from "../../../recovery/recovery-settings.js";
import { type Reached, watchRecovery } from "../../../recovery/watch-recovery.js";
import { outcome, type Stage } from "../../../run-stage.js";
import { archiveDir, makeArchive } from "../archive-folder.js";
import { ARCHIVE_PARTS, quoteSetting, restoreCommand } from "../archive-settings.js";
import { type Layout, logsDir, serverDir } from "../layout.js";
import { STOP } from "../local-server.js";
import { renderPostgresSettings, SETTINGS_FILE } from "../postgres-server.js";
import { writePrivateFile } from "../private-files.js";
import { isAlive } from "../process-identity.js";
import { logSize, startProcess, stopProcess, tailLog } from "../server-process.js";
import { copyTree } from "./copy-tree.js";
import { draftOf } from "./draft.js";
import { explainFileError } from "./explain-file-error.js";
import { BACKUP_DATA } from "./read-archive.js";

export interface DraftWork {
  /** Whose archive holds the backup and the WAL. */
  readonly source: Layout;
  /** Where the server is made; it archives into the archive of its own. */
  readonly target: Layout;
  readonly plan: RestorePlan;
  readonly binaries: string;
  readonly postgres: PostgresEndpoint;
}

/**
 * Copies the backup to the draft's place and lets it recover there.
 * @param afterCopy what the draft needs besides, before it recovers
 * @throws CdcError RESTORE_FAILED
 */
export async function makeDraft(
  work: DraftWork,
  stage: Stage,
  context: Context,
  afterCopy: () => Promise<void> = () => Promise.resolve(),
): Promise<Reached> {
  await stage.step(`copy of backup ${work.plan.backup.id}`, async (update) => {
    try {
      await copyBackup(work, context, update);
      await afterCopy();
    } catch (error) {
      throw explainFileError(error, "RESTORE_FAILED", "the backup could not be copied");
    }
    return outcome("created");
  });
  return stage.step("recovery", async (update) => {
    const end = await recoverDraft(work, context, update);
    return outcome("updated", `to ${end.lsn}, timeline ${end.timeline}`, end);
  });
}

async function copyBackup(
  { source, target, plan }: DraftWork,
  { signal }: Context,
  update: (message: string) => void,
): Promise<void> {
  await makeArchive(target);
  const backup = join(archiveDir(source), ARCHIVE_PARTS.backups, plan.backup.id, BACKUP_DATA);
  await copyTree(backup, draftOf(target), {
    user: target.user,
    signal,
    onProgress: (done, of) => {
      if (done % 100 === 0) update(`${done} of ${of} files copied`);
    },
  });
}

/**
 * Lets the draft recover on a port that nobody knows, and ends it when it has: until then no application
 * meets it.
 */
async function recoverDraft(
  work: DraftWork,
  context: Context,
  update: (message: string) => void,
): Promise<Reached> {
  const { source, target, plan, binaries } = work;
  const draft = draftOf(target);
  const port = await getPort();
  const recovery = recoverySettings(plan, restoreCommand(archiveDir(source)));
  // What it writes is archived once it has its place: a timeline that came to nothing must not be found there.
  const own = { ...recovery, archive_command: "" };
  const lines = Object.entries(own).map(([name, value]) => `${name} = ${quoteSetting(value)}\n`);
  const settings = renderPostgresSettings(port, archiveDir(target));
  await writePrivateFile(join(draft, SETTINGS_FILE), settings + lines.join(""), target.user);
  const signalFile = join(draft, "recovery.signal");
  await writePrivateFile(signalFile, "", target.user);
  const logFile = join(logsDir(target), "restore.log");
  const logStart = await logSize(logFile);
  const server = await startProcess({
    command: join(binaries, "bin", "postgres"),
    args: ["-D", draft],
    cwd: serverDir(target, "postgres"),
    env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
    logFile,
    user: target.user,
  });
  try {
    const readLog = () => tailLog(logFile, Number.POSITIVE_INFINITY, logStart);
    const logIfEnded = async () => ((await isAlive(server)) ? undefined : readLog());
    const postgres = { ...work.postgres, port };
    return await watchRecovery({ postgres, logIfEnded, readLog }, plan, context, update);
  } finally {
    await stopProcess(server, STOP.postgres);
  }
}
