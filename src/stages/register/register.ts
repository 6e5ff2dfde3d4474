import { createConnectClient } from "../../clients/connect.js";
import type { Context } from "../../context.js";
import type { Stage } from "../../run-stage.js";
import type { Deployment } from "../../targets/target.js";
import { ensureConnector } from "./ensure-connector.js";
import { renderConnectors } from "./render-connectors.js";
import { waitForRunning } from "./wait-for-running.js";

export interface RegisterOptions {
  readonly deployment: Deployment;
  readonly databases: readonly string[];
  readonly debezium: {
    readonly user: string;
    readonly password: string;
    readonly publication: string;
    readonly heartbeatMs: number;
    /** The only schemas to capture; all where it is empty. */
    readonly schemas: readonly string[];
    /** Another template than `connectors/postgres.json`. */
    readonly template?: string | undefined;
  };
  /** Take over a connector of the same name that was made by somebody else. */
  readonly adopt: boolean;
}

/** After a change of its configuration a connector's old task is still shown as RUNNING for a moment. */
const SETTLE_MS = 500;

/** Gives each database its connector, and waits until the connector and all of its tasks are RUNNING. */
export async function register(options: RegisterOptions, stage: Stage, context: Context): Promise<void> {
  const connectTo = (onWait: (reason: string) => void) =>
    createConnectClient(options.deployment.endpoints.connect, { ...context, onWait });
  for (const { database, connector, config } of await renderConnectors(options)) {
    const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
    const { wasUpdated } = await step(`connector ${connector}`, (update) =>
      ensureConnector(connectTo(update), connector, config, options),
    );
    const settleMs = wasUpdated ? SETTLE_MS : 0;
    await step("connector and tasks RUNNING", (update) =>
      waitForRunning(connectTo(update), connector, { settleMs }, context, update),
    );
  }
}
