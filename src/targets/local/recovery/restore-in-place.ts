import { chown, copyFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../../../config/config.js";
import type { Context } from "../../../context.js";
import { CdcError, toCdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import { outcome, type Stage } from "../../../run-stage.js";
import type { Restored } from "../../recovery.js";
import { archiveDir } from "../archive-folder.js";
import { ARCHIVE_PARTS } from "../archive-settings.js";
import { exists } from "../cache.js";
import { type Layout, serverDir } from "../layout.js";
import { localPostgres } from "../local-deployment.js";
import { ensureServer, type LocalServer, STOP } from "../local-server.js";
import { choosePort } from "../ports.js";
import { postgresServer } from "../postgres-server.js";
import { isAlive } from "../process-identity.js";
import { stopProcess } from "../server-process.js";
import { readState, type ServerRecord, StateStore } from "../state.js";
import { asideOf, draftOf, dropDraft } from "./draft.js";
import { makeDraft } from "./recover-draft.js";

export interface InPlace {
  readonly config: Config;
  readonly layout: Layout;
  readonly findBinaries: () => Promise<string>;
}

/**
 * Restores over the server itself. It is stopped first, so that all of its WAL is archived and nobody writes
 * what would be lost; its data stays where it is until the restored one has recovered. Called under the lock.
 */
export async function restoreInPlace(
  { config, layout, findBinaries }: InPlace,
  plan: RestorePlan,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  const state = readState(layout.stateFile);
  if (state === undefined)
    throw new CdcError("NOT_DEPLOYED", "no server was ever started from this directory");
  const store = new StateStore(layout.stateFile, state);
  const record = state.servers.postgres;
  const isRunning = record !== undefined && (await isAlive(record.process));
  const chosen = await choosePort(config.local.postgresPort, record, isRunning);
  const postgres = localPostgres(config, chosen.port);
  const server = postgresServer(layout, findBinaries, postgres, chosen, config.local.slotWalKeepMb);
  const binaries = await findBinaries();
  const work = { source: layout, target: layout, plan, binaries, postgres };
  await dropDraft(layout);
  if (isRunning) await stopOld(record, store, stage);
  try {
    const reached = await makeDraft(work, stage, context, async () => {
      if (plan.target.kind === "latest") await saveUnarchivedWal(layout);
    });
    const keptAside = await swap(server, layout, store, stage, context);
    const next = keptAside === undefined ? [] : [`The data from before is kept: rm -r ${keptAside}`];
    return {
      postgres,
      reached,
      instance: layout.stateDir,
      next,
      ...(keptAside === undefined ? {} : { keptAside }),
    };
  } catch (error) {
    await dropDraft(layout);
    if (isRunning) await startOld(server, store, context);
    throw error;
  }
}

async function stopOld(record: ServerRecord, store: StateStore, stage: Stage): Promise<void> {
  await stage.step("PostgreSQL stops", async () => {
    await stopProcess(record.process, STOP.postgres);
    store.setServer("postgres", undefined);
    return outcome("stopped", `pid ${record.process.pid}`);
  });
}

/** The failure that led here is the one to be told. */
async function startOld(server: LocalServer, store: StateStore, context: Context): Promise<void> {
  await ensureServer(server, store, puttingBack(context), () => undefined).catch((error: unknown) => {
    const message = `PostgreSQL could not be started again: ${toCdcError(error).message}`;
    context.report({ type: "notice", message });
  });
}

/** Puts the restored data in its place. @returns where the data from before is */
async function swap(
  server: LocalServer,
  layout: Layout,
  store: StateStore,
  stage: Stage,
  context: Context,
): Promise<string | undefined> {
  const data = join(serverDir(layout, "postgres"), "data");
  const hadData = await exists(data);
  const aside = asideOf(layout, new Date());
  if (hadData) await rename(data, aside);
  await rename(draftOf(layout), data);
  try {
    await stage.step(server.title, (update) => ensureServer(server, store, context, update));
  } catch (error) {
    // As a draft it is dropped, and what was before is put back, even if this run does not come to it.
    await rename(data, draftOf(layout));
    throw error;
  }
  return hadData ? aside : undefined;
}

/** What a server that was killed has not archived is still in its data directory; recovery looks there too. */
async function saveUnarchivedWal(layout: Layout): Promise<void> {
  const from = join(serverDir(layout, "postgres"), "data", "pg_wal");
  const to = join(draftOf(layout), "pg_wal");
  const archived = new Set(await readdir(join(archiveDir(layout), ARCHIVE_PARTS.wal)));
  for (const name of await readdir(from).catch(() => [])) {
    if (!/^[0-9A-F]{24}$/.test(name) || archived.has(name)) continue;
    await copyFile(join(from, name), join(to, name));
    if (layout.user !== undefined) await chown(join(to, name), layout.user.uid, layout.user.gid);
  }
}
