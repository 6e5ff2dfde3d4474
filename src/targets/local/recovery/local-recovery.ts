import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { Config } from "../../../config/config.js";
import { CdcError } from "../../../errors.js";
import { explainArchiverLog } from "../../../recovery/explain-archiver-log.js";
import { newInstanceName } from "../../../recovery/new-instance-name.js";
import type { Recovery } from "../../recovery.js";
import { archiveDir, makeArchive } from "../archive-folder.js";
import { ARCHIVE_PARTS } from "../archive-settings.js";
import { exists } from "../cache.js";
import { type Layout, logFile, planLayout } from "../layout.js";
import { localPostgres } from "../local-deployment.js";
import { withLock } from "../lock.js";
import { ensurePostgresBinaries } from "../postgres-binaries.js";
import { runningServers } from "../running-servers.js";
import { tailLog } from "../server-process.js";
import { readState } from "../state.js";
import { VERSIONS } from "../versions.js";
import { baseBackup, dropBackupDrafts } from "./base-backup.js";
import { readArchive } from "./read-archive.js";
import { restoreInPlace } from "./restore-in-place.js";
import { requireFreshFolder, restoreNew } from "./restore-new.js";

/** Backups and recovery of the local PostgreSQL, with its archive in the state folder. */
export function createLocalRecovery(config: Config, layout: Layout): Recovery {
  const findBinaries = async () => (await ensurePostgresBinaries(layout.cacheDir)).folder;
  const newLayout = (into: string) => planLayout(into, config.cacheDir, layout.user);
  const archive = archiveDir(layout);
  return {
    archive,
    postgresMajor: Number(VERSIONS.postgres.split(".")[0]),
    async findPostgres() {
      const state = readState(layout.stateFile);
      const record = state?.servers.postgres;
      if (state === undefined || record === undefined) return undefined;
      if (!(await runningServers(state)).has("postgres")) return undefined;
      return localPostgres(config, record.port);
    },
    readArchive: () => readArchive(archive),
    archiverWords: async () => explainArchiverLog(await tailLog(logFile(layout, "postgres"), 100)),
    async takeBackup(id, postgres, context, update) {
      await makeArchive(layout);
      await withLock(archive, context, () => baseBackup(id, layout, postgres, context, update));
    },
    async prune({ backups, wal }, context) {
      if (!(await exists(archive))) return;
      await withLock(archive, context, async () => {
        await dropBackupDrafts(join(archive, ARCHIVE_PARTS.backups));
        for (const id of backups)
          await rm(join(archive, ARCHIVE_PARTS.backups, id), { recursive: true, force: true });
        for (const name of wal) await rm(join(archive, ARCHIVE_PARTS.wal, name), { force: true });
      });
    },
    nameInstance: (wanted, cwd) =>
      wanted === undefined ? newInstanceName(layout.stateDir, new Date()) : resolve(cwd, wanted),
    async checkPlace(place) {
      if (place.kind === "new") return requireFreshFolder(await newLayout(place.into));
      if (readState(layout.stateFile) !== undefined) return;
      throw new CdcError("NOT_DEPLOYED", `no servers have been started from ${layout.stateDir}`, {
        hint: "to restore into a folder of its own, leave out --in-place",
      });
    },
    async restore(plan, place, stage, context) {
      // The archive is read for as long as it takes: nobody may prune it meanwhile.
      return withLock(archive, context, async () => {
        if (place.kind === "in-place") {
          return withLock(layout.stateDir, context, () =>
            restoreInPlace({ config, layout, findBinaries }, plan, stage, context),
          );
        }
        const target = await newLayout(place.into);
        return restoreNew({ config, source: layout, target, findBinaries }, plan, stage, context);
      });
    },
  };
}
