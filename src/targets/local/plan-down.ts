import type { PlannedServer } from "../target.js";
import { exists } from "./cache.js";
import type { Layout } from "./layout.js";
import { runningServers } from "./running-servers.js";
import { readState } from "./state.js";

/** What `down` would stop, and with `purge` remove. */
export async function planDown(layout: Layout, purge: boolean): Promise<readonly PlannedServer[]> {
  const state = readState(layout.stateFile);
  const running = state === undefined ? [] : [...(await runningServers(state))];
  const stopped = running.map((server): PlannedServer => {
    const pid = state?.servers[server]?.process.pid;
    return { server, title: server, status: "stopped", detail: `pid ${pid ?? 0}` };
  });
  if (!purge || !(await exists(layout.stateDir))) return stopped;
  return [...stopped, { title: "data and logs", status: "removed", detail: layout.serversDir }];
}
