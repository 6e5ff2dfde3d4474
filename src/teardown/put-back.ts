import type { CapturingConnector } from "../capturing-connector.js";
import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { deadlineIn } from "../wait/deadline.js";

const PUT_BACK_MS = 20_000;

/**
 * Gives the connectors the state that they had. Also after an interrupt, for which reason it has time of its own.
 * @returns the names of those that could not be brought back
 */
export async function putBack(
  endpoint: ConnectEndpoint,
  connectors: readonly CapturingConnector[],
): Promise<readonly string[]> {
  const client = createConnectClient(endpoint, { deadline: deadlineIn(PUT_BACK_MS) });
  const left: string[] = [];
  for (const { name, state } of connectors) {
    if (state === "STOPPED") continue;
    await client.setState(name, state === "PAUSED" ? "pause" : "resume").catch(() => left.push(name));
  }
  return left;
}
