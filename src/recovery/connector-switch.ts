import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { waitForState } from "../clients/wait-for-state.js";
import type { Context } from "../context.js";
import { outcome, type StepOutcome } from "../run-stage.js";

/** Stops a connector, and waits until none of its tasks reads or stores anything any more. */
export async function stopConnector(
  connect: ConnectEndpoint,
  name: string,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const client = createConnectClient(connect, { ...context, onWait: update });
  if ((await client.status(name))?.connector.state === "STOPPED") return outcome("unchanged", "stopped");
  await client.setState(name, "stop");
  await waitForState(client, name, "STOPPED", context, update);
  return outcome("stopped");
}

/** Lets a stopped connector go on, and waits until the worker has taken it up. */
export async function resumeConnector(
  connect: ConnectEndpoint,
  name: string,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const client = createConnectClient(connect, { ...context, onWait: update });
  await client.setState(name, "resume");
  await waitForState(client, name, "RUNNING", context, update);
  return outcome("started");
}
