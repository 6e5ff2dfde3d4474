import { type ServerName, SERVERS } from "../target.js";
import { isAlive } from "./process-identity.js";
import type { LocalState } from "./state.js";

/** Of the servers that the state records, those that run. */
export async function runningServers({
  servers,
}: Pick<LocalState, "servers">): Promise<ReadonlySet<ServerName>> {
  const running = new Set<ServerName>();
  for (const server of SERVERS) {
    const record = servers[server];
    if (record !== undefined && (await isAlive(record.process))) running.add(server);
  }
  return running;
}
