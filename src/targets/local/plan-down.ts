import type { DownOptions, PlannedServer } from "../target.js";
import { exists } from "./cache.js";
import type { Layout } from "./layout.js";
import { runningServers } from "./running-servers.js";
import { readState } from "./state.js";

/** What `down` would stop, remove and keep. */
export async function planDown(
  layout: Layout,
  { purge, keepPostgres }: DownOptions,
): Promise<readonly PlannedServer[]> {
  const state = readState(layout.stateFile);
  const running = state === undefined ? [] : [...(await runningServers(state))];
  const servers = running.map((server): PlannedServer => {
    const detail = `pid ${state?.servers[server]?.process.pid ?? 0}`;
    return server === "postgres" && keepPostgres
      ? { server, title: server, status: "unchanged", detail: `goes on, ${detail}` }
      : { server, title: server, status: "stopped", detail };
  });
  if (!(await exists(layout.stateDir))) return servers;
  const data = { title: "data and logs", detail: layout.serversDir };
  return [...servers, { ...data, status: purge ? "removed" : "unchanged" }];
}
