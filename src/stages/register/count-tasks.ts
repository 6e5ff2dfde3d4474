import type { ConnectClient } from "../../clients/connect/connect-client.js";

/** How many tasks a connector has made; a status tells only of those that have begun. */
export type CountTasks = (name: string) => Promise<number | undefined>;

/** Waits that ask at the same time share one request for all connectors. */
export function shareCounts(client: Pick<ConnectClient, "connectors">): CountTasks {
  let underWay: Promise<ReadonlyMap<string, number | undefined>> | undefined;
  const countAll = async () => {
    try {
      return new Map((await client.connectors()).map(({ name, taskCount }) => [name, taskCount]));
    } finally {
      underWay = undefined;
    }
  };
  return async (name) => (await (underWay ??= countAll())).get(name);
}
