import getPort, { clearLockedPorts, portNumbers } from "get-port";

import type { ServerRecord } from "./state.js";

export interface ChosenPort {
  readonly port: number;
  readonly requestedPort: number;
}

/**
 * The port of a server: the one it has while it runs; else the one it had (clients know it) or the one
 * that the configuration asks for; and where that is taken, the next free one above it.
 * @param claimed ports that look free and are not: others were promised them
 */
export async function choosePort(
  requestedPort: number,
  record: ServerRecord | undefined,
  isRunning: boolean,
  claimed: ReadonlySet<number> = new Set(),
): Promise<ChosenPort> {
  const sameWish = record?.requestedPort === requestedPort;
  if (record !== undefined && sameWish && isRunning) return { port: record.port, requestedPort };
  const wishes = sameWish ? [record.port, requestedPort] : [requestedPort];
  // get-port keeps what it chose from everybody for up to 30 s; a server that was stopped meanwhile is
  // to get its port again.
  clearLockedPorts();
  const port = await getPort({ port: [...wishes, ...above(requestedPort)], exclude: claimed });
  return { port, requestedPort };
}

function above(port: number): Iterable<number> {
  // get-port knows no ports below 1024 in ranges.
  const first = Math.max(port + 1, 1_024);
  return first > 65_535 ? [] : portNumbers(first, Math.min(first + 199, 65_535));
}
