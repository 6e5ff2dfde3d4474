import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";
import type { ConnectClient } from "./connect/connect-client.js";

/**
 * Waits until a connector is as it was told to be. One that is STOPPED has no task left: none of them reads or stores
 * anything any more.
 * @throws CdcError CONNECTOR_NOT_RUNNING
 */
export async function waitForState(
  client: ConnectClient,
  name: string,
  wanted: "STOPPED" | "RUNNING",
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const status = await client.status(name);
      const state = status?.connector.state ?? "unknown";
      const tasks = status?.tasks.length ?? 0;
      const isThere = state === wanted && (wanted === "RUNNING" || tasks === 0);
      return isThere ? ready(undefined) : notYet(`it is ${state}, with ${tasks} tasks`);
    },
    onTimeout: (reason) =>
      new CdcError(
        "CONNECTOR_NOT_RUNNING",
        `connector ${name} was not ${wanted} in time; last seen: ${reason}`,
        {
          hint: "cdc-pipeline logs connect; more time: --timeout SECONDS",
        },
      ),
  });
}
