import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import type { Context } from "../../context.js";
import type { Stage } from "../../run-stage.js";
import { ensureConnector } from "./ensure-connector.js";
import type { RegisterOptions } from "./register-options.js";
import { renderConnectors } from "./render-connectors.js";
import { waitForRunning } from "./wait-for-running.js";

/** After a change of its configuration a connector's old task is still shown as RUNNING for a moment. */
const SETTLE_MS = 500;

/** Gives each database its connector, and waits until the connector and all of its tasks are RUNNING. */
export async function register(options: RegisterOptions, stage: Stage, context: Context): Promise<void> {
  const connectTo = (onWait: (reason: string) => void) =>
    createConnectClient(options.deployment.endpoints.connect, { ...context, onWait });
  for (const { database, connector, want } of await renderConnectors(options, context)) {
    const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
    const { wasUpdated } = await step(`connector ${connector}`, (update) =>
      ensureConnector(connectTo(update), connector, want, options),
    );
    const settleMs = wasUpdated ? SETTLE_MS : 0;
    await step("connector and tasks RUNNING", (update) =>
      waitForRunning(connectTo(update), connector, { settleMs }, context, update),
    );
  }
}
