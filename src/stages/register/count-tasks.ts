import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { shareRequest } from "../../connectors/share-request.js";

/** How many tasks a connector has made; a status tells only of those that have begun. */
export type CountTasks = (name: string) => Promise<number | undefined>;

/** Waits that ask at the same time share one request for all connectors. */
export function shareCounts(client: Pick<ConnectClient, "connectors">): CountTasks {
  const countAll = shareRequest(
    async () => new Map((await client.connectors()).map(({ name, taskCount }) => [name, taskCount])),
  );
  return async (name) => (await countAll()).get(name);
}
