import { CdcError } from "../../errors.js";
import type { DownOptions, PlannedServer } from "../target.js";
import { exists } from "./cache.js";
import type { Layout } from "./layout.js";
import { runningServers } from "./running-servers.js";
import { readState } from "./state.js";
import { findStrays, type Stray } from "./strays.js";

/** What `down` would stop, remove and keep. */
export async function planDown(
  layout: Layout,
  { purge, keepPostgres }: DownOptions,
): Promise<readonly PlannedServer[]> {
  const servers = (await findRunning(layout)).map(({ server, process: { pid } }): PlannedServer => {
    const detail = `pid ${pid}`;
    return server === "postgres" && keepPostgres
      ? { server, title: server, status: "unchanged", detail: `goes on, ${detail}` }
      : { server, title: server, status: "stopped", detail };
  });
  if (!(await exists(layout.stateDir))) return servers;
  const data = { title: "data and logs", detail: layout.serversDir };
  return [...servers, { ...data, status: purge ? "removed" : "unchanged" }];
}

/** By the state; by what their processes are started with where that cannot be read. */
async function findRunning(layout: Layout): Promise<readonly Stray[]> {
  try {
    const state = readState(layout.stateFile);
    const running = state === undefined ? [] : [...(await runningServers(state))];
    return running.flatMap((server) => {
      const record = state?.servers[server];
      return record === undefined ? [] : [{ server, process: record.process }];
    });
  } catch (error) {
    if (error instanceof CdcError && error.code === "STATE_UNREADABLE") return findStrays(layout);
    throw error;
  }
}
