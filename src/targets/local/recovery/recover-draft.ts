import { chown, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
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
import { isAlive } from "../process-identity.js";
import { logSize, startProcess, stopProcess, tailLog } from "../server-process.js";
import { copyTree } from "./copy-tree.js";
import { BACKUP_DATA } from "./read-archive.js";

/** Where a server is restored, beside its place, until it is what it should be. */
export const draftOf = (layout: Layout): string => join(serverDir(layout, "postgres"), "data.new");

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
    await copyBackup(work, context, update);
    await afterCopy();
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
  const lines = Object.entries(recovery).map(([name, value]) => `${name} = ${quoteSetting(value)}\n`);
  const settings = renderPostgresSettings(port, archiveDir(target));
  await writeFile(join(draft, SETTINGS_FILE), settings + lines.join(""));
  const signalFile = join(draft, "recovery.signal");
  await writeFile(signalFile, "");
  if (target.user !== undefined) await chown(signalFile, target.user.uid, target.user.gid);
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
    const logIfEnded = async () =>
      (await isAlive(server)) ? undefined : tailLog(logFile, Number.POSITIVE_INFINITY, logStart);
    const postgres = { ...work.postgres, port };
    return await watchRecovery({ postgres, logIfEnded }, plan, context, update);
  } finally {
    await stopProcess(server, STOP.postgres);
  }
}

/** Removes a draft, and ends the server that a killed run has left working on it. */
export async function dropDraft(layout: Layout, binaries: string): Promise<void> {
  const draft = draftOf(layout);
  const pid = Number((await readFile(join(draft, "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0]);
  const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => draft) : "";
  if (command.includes(draft)) {
    const { user } = layout;
    await execa(join(binaries, "bin", "pg_ctl"), ["stop", "-D", draft, "-m", "immediate"], {
      cwd: serverDir(layout, "postgres"),
      reject: false,
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
  }
  await rm(draft, { recursive: true, force: true });
}
