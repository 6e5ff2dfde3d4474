import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type Stage } from "../../run-stage.js";
import { type DownOptions, type DownResult, type ServerName, STOP_ORDER } from "../target.js";
import { exists } from "./cache.js";
import { adoptArchive } from "./jvm.js";
import type { Layout } from "./layout.js";
import { STOP } from "./local-server.js";
import { withLock } from "./lock.js";
import { dropDraft } from "./recovery/draft.js";
import { stopProcess } from "./server-process.js";
import { type LocalState, putStateAside, readState, StateStore } from "./state.js";
import { removeStateDir } from "./state-dir.js";
import { stopStrays } from "./strays.js";

/** Stops the servers that were started from this directory. */
export async function localDown(
  layout: Layout,
  stage: Stage,
  context: Context,
  { purge, keepPostgres }: DownOptions,
): Promise<DownResult> {
  if (!(await exists(layout.stateDir))) {
    await stage.step("servers", () =>
      Promise.resolve(outcome("unchanged", "nothing was started from this directory")),
    );
    return "nothing";
  }
  await withLock(layout.stateDir, context, async () => {
    await dropDraft(layout);
    const state = readDamaged(layout, keepPostgres);
    if (state === "unreadable") await endStrays(layout, stage);
    else if (state !== undefined) {
      const store = new StateStore(layout.stateFile, state);
      for (const server of STOP_ORDER) {
        if (server !== "postgres" || !keepPostgres) await stopServer(server, layout, store, stage);
      }
    }
  });
  if (!purge) return "stopped";
  await stage.step("data and logs", async () => {
    await removeStateDir(layout);
    return outcome("removed", layout.serversDir);
  });
  return "removed";
}

/** Without a state PostgreSQL cannot be kept: nobody knows which one it is that goes on. */
function readDamaged(layout: Layout, keepPostgres: boolean): LocalState | "unreadable" | undefined {
  try {
    return readState(layout.stateFile);
  } catch (error) {
    if (keepPostgres || !(error instanceof CdcError)) throw error;
    return "unreadable";
  }
}

async function endStrays(layout: Layout, stage: Stage): Promise<void> {
  await stage.step("servers that no state names", async () => {
    const ended = await stopStrays(layout);
    const pids = ended.map(({ server, process: { pid } }) => `${server}, pid ${pid}`).join("; ");
    return outcome(ended.length === 0 ? "unchanged" : "stopped", pids);
  });
  await stage.step("state file", () =>
    Promise.resolve(outcome("updated", `could not be read, is ${putStateAside(layout.stateFile)} now`)),
  );
}

async function stopServer(
  server: ServerName,
  layout: Layout,
  store: StateStore,
  stage: Stage,
): Promise<void> {
  await stage.step(server, async () => {
    const record = store.state.servers[server];
    if (record === undefined) return outcome("unchanged", "was not running");
    const how = await stopProcess(record.process, STOP[server]);
    store.setServer(server, undefined);
    if (server !== "postgres" && how === "stopped") await adoptArchive(layout, server);
    if (how === "was not running") return outcome("unchanged", how);
    const killed = how === "killed" ? ", killed: it did not end when asked" : "";
    return outcome("stopped", `pid ${record.process.pid}${killed}`);
  });
}
