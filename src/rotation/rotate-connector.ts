import type { ConnectClient } from "../clients/connect/connect-client.js";
import { isMask } from "../connectors/secret-values.js";
import { restartConnector } from "../connectors/states/restart-connector.js";
import type { Look } from "../connectors/states/share-looks.js";
import type { Context } from "../context.js";
import { outcome, type StepOutcome } from "../run-stage.js";
import type { CountTasks } from "../stages/register/count-tasks.js";
import { waitForRunning } from "../stages/register/wait-for-running.js";
import { type ConnectorRotation, PASSWORD_KEY } from "./plan-connectors.js";

interface Shared {
  readonly client: ConnectClient;
  readonly look: Look;
  readonly countTasks: CountTasks;
}

/** After a change of its configuration a connector's old task is still shown as RUNNING for a moment. */
const SETTLE_MS = 500;

/**
 * Has a connector log in with the new password. One that is paused or stopped stays so.
 * @throws CdcError CONNECTOR_TASK_FAILED, CONNECTOR_NOT_RUNNING, CONNECTOR_UNKNOWN
 */
export async function rotateConnector(
  { name, status, state }: ConnectorRotation,
  wanted: string,
  { client, look, countTasks }: Shared,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  if (status === "started") {
    const before = await client.status(name);
    return restartConnector(name, before, { client, look, wish: "all", waits: true }, context, update);
  }
  await putPassword(client, name, wanted);
  if (state !== "RUNNING" && state !== "FAILED") return outcome("updated", `it is ${state}, and stays so`);
  await waitForRunning(name, { client, look, countTasks, settleMs: SETTLE_MS }, context, update);
  return outcome("updated");
}

/** Where the worker hides other secrets, only this key may be sent: what stands in their place would become them. */
async function putPassword(client: ConnectClient, name: string, wanted: string): Promise<void> {
  const found = (await client.config(name)) ?? {};
  if (Object.entries(found).some(([key, value]) => key !== PASSWORD_KEY && isMask(value)))
    await client.patchConfig(name, { [PASSWORD_KEY]: wanted });
  else await client.putConfig(name, { ...found, [PASSWORD_KEY]: wanted });
}
