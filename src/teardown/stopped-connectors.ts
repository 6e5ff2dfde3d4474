import { type ConnectClient, createConnectClient } from "../clients/connect.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { deadlineIn } from "../wait/deadline.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";
import type { ConnectorFacts } from "./capture-facts.js";

const POLL_MS = 100;
const PUT_BACK_MS = 20_000;

/**
 * Stops a connector and waits until its tasks have ended; what they had sent is confirmed by then.
 * @throws CdcError CONNECTOR_NOT_RUNNING
 */
export async function stopConnector(
  client: ConnectClient,
  name: string,
  { signal, deadline }: Context,
  update: (message: string) => void,
): Promise<void> {
  await client.setState(name, "stop");
  await waitUntil({
    intervalMs: POLL_MS,
    deadline,
    signal,
    onReason: update,
    probe: async () => {
      const status = await client.status(name);
      const state = status?.connector.state ?? "not known";
      const tasks = status?.tasks.length ?? 0;
      return state === "STOPPED" && tasks === 0 ? ready(undefined) : notYet(`${state}, ${tasks} tasks`);
    },
    onTimeout: (reason) =>
      new CdcError("CONNECTOR_NOT_RUNNING", `connector ${name} did not stop in time; last seen: ${reason}`, {
        hint: "cdc-pipeline logs connect; more time: --timeout SECONDS",
      }),
  });
}

/**
 * Gives the connectors the state that they had. Also after an interrupt, for which reason it has time of its own.
 * @returns the names of those that could not be brought back
 */
export async function putBack(
  url: string,
  connectors: readonly ConnectorFacts[],
): Promise<readonly string[]> {
  const client = createConnectClient(url, { deadline: deadlineIn(PUT_BACK_MS) });
  const left: string[] = [];
  for (const { name, state } of connectors) {
    if (state === "STOPPED") continue;
    await client.setState(name, state === "PAUSED" ? "pause" : "resume").catch(() => left.push(name));
  }
  return left;
}
