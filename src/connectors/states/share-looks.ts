import type { ConnectClient, ConnectorStatus } from "../../clients/connect/connect-client.js";
import { shareRequest } from "../share-request.js";

/** The status of a connector now; undefined while the worker knows none. */
export type Look = (name: string) => Promise<ConnectorStatus | undefined>;

/**
 * Looks at connectors for waits that go on side by side: who asks while a request for all of them is under way
 * shares its answer. A single connector is asked for alone.
 */
export function shareLooks(client: Pick<ConnectClient, "status" | "statuses">, count: number): Look {
  if (count === 1) return (name) => client.status(name);
  const lookAtAll = shareRequest(
    async () => new Map((await client.statuses()).map((status) => [status.name, status])),
  );
  return async (name) => (await lookAtAll()).get(name);
}
