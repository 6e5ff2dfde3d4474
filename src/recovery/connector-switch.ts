import { createConnectClient } from "../clients/connect.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { outcome, type StepOutcome } from "../run-stage.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";

/** Stops a connector, and waits until none of its tasks reads or stores anything any more. */
export async function stopConnector(
  connectUrl: string,
  name: string,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const client = createConnectClient(connectUrl, { ...context, onWait: update });
  if ((await client.status(name))?.connector.state === "STOPPED") return outcome("unchanged", "stopped");
  await client.setState(name, "stop");
  await waitForState(connectUrl, name, "STOPPED", context, update);
  return outcome("stopped");
}

/** Lets a stopped connector go on, and waits until the worker has taken it up. */
export async function resumeConnector(
  connectUrl: string,
  name: string,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  await createConnectClient(connectUrl, { ...context, onWait: update }).setState(name, "resume");
  await waitForState(connectUrl, name, "RUNNING", context, update);
  return outcome("started");
}

async function waitForState(
  connectUrl: string,
  name: string,
  wanted: "STOPPED" | "RUNNING",
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  const client = createConnectClient(connectUrl, { ...context, onWait: update });
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
