import pMap from "p-map";

import type { ConnectorStatus } from "./connect-client.js";

/** A worker has few threads for requests. */
const AT_ONCE = 4;

/** Whether connectors came as names alone, which is how a worker before 2.3 answers. */
export const isNames = (data: unknown): data is readonly string[] =>
  Array.isArray(data) && data.every((name) => typeof name === "string");

/** What a worker before 2.3 cannot answer in one request, by one for each connector; those that went meanwhile are left out. */
export async function expandOneByOne<T>(
  names: readonly string[],
  ask: (name: string) => Promise<T | undefined>,
): Promise<readonly T[]> {
  const found = await pMap(names, ask, { concurrency: AT_ONCE });
  return found.filter((one) => one !== undefined);
}

/** The restart of tasks for a worker before 3.0, which restarts single ones only. */
export async function restartFailedOneByOne(
  status: ConnectorStatus | undefined,
  onlyFailed: boolean,
  restartTask: (id: number) => Promise<void>,
): Promise<void> {
  for (const { id, state } of status?.tasks ?? []) {
    if (!onlyFailed || state === "FAILED") await restartTask(id);
  }
}
