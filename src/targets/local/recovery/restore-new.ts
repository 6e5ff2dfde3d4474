import { rename } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../../../config/config.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import type { RestorePlan } from "../../../recovery/plan-restore.js";
import { type Stage } from "../../../run-stage.js";
import type { Restored } from "../../recovery.js";
import { exists } from "../cache.js";
import { recoverClusterId } from "../cluster-id.js";
import { type Layout, serverDir } from "../layout.js";
import { localPostgres } from "../local-deployment.js";
import { ensureServer } from "../local-server.js";
import { withLock } from "../lock.js";
import { choosePort } from "../ports.js";
import { postgresServer } from "../postgres-server.js";
import { StateStore } from "../state.js";
import { makeStateDir, removeStateDir } from "../state-dir.js";
import { draftOf, dropDraft } from "./draft.js";
import { makeDraft } from "./recover-draft.js";

/** A restore into a state folder of its own, and what it needs to know of the configuration. */
export interface NewInstance {
  readonly config: Config;
  readonly source: Layout;
  readonly target: Layout;
  readonly findBinaries: () => Promise<string>;
}

/** @throws CdcError PATH_NOT_WRITABLE where the folder is there already, and is no restore's that was killed */
export async function requireFreshFolder(layout: Layout): Promise<void> {
  const { stateDir, stateFile } = layout;
  if (!(await exists(stateDir))) return;
  if (!(await exists(stateFile)) && (await exists(draftOf(layout)))) return;
  throw new CdcError("PATH_NOT_WRITABLE", `${stateDir} exists, and a restore makes a folder of its own`, {
    hint: "leave out --into, or name a folder that does not exist; to restore over the server itself: --in-place",
  });
}

/** Restores beside the running server: with a folder, an archive and a port of its own. */
export async function restoreNew(
  { config, source, target, findBinaries }: NewInstance,
  plan: RestorePlan,
  stage: Stage,
  context: Context,
): Promise<Restored> {
  await requireFreshFolder(target);
  await makeStateDir(target);
  await dropDraft(target);
  try {
    return await withLock(target.stateDir, context, async () => {
      const chosen = await choosePort(config.local.postgresPort, undefined, false);
      const postgres = localPostgres(config, chosen.port);
      const work = { source, target, plan, binaries: await findBinaries(), postgres };
      const reached = await makeDraft(work, stage, context);
      await rename(draftOf(target), join(serverDir(target, "postgres"), "data"));
      const clusterId = await recoverClusterId(target);
      const store = new StateStore(target.stateFile, { version: 1, clusterId, servers: {} });
      const server = postgresServer(target, findBinaries, postgres, chosen, config.local.slotWalKeepMb);
      await stage.step(server.title, (update) => ensureServer(server, store, context, update));
      const next = [
        `Its servers are managed with CDC_PIPELINE_STATE_DIR=${target.stateDir}: status, backup, up, down.`,
      ];
      return { postgres, reached, instance: target.stateDir, next };
    });
  } catch (error) {
    await removeStateDir(target);
    throw error;
  }
}
