import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import type { Context } from "../../context.js";
import { type ConnectorPlan, planConnector } from "./plan-connector.js";
import type { RegisterOptions } from "./register-options.js";
import { renderConnectors } from "./render-connectors.js";

export interface PlannedConnector extends ConnectorPlan {
  readonly database: string;
  readonly connector: string;
}

/** What `register` would do, without doing it. @throws CdcError TEMPLATE_INVALID, CONNECT_UNREACHABLE */
export async function planRegister(options: RegisterOptions, context: Context): Promise<PlannedConnector[]> {
  const client = createConnectClient(options.deployment.endpoints.connect, context);
  const wanted = await renderConnectors(options, context);
  return Promise.all(
    wanted.map(async ({ database, connector, want }) => {
      const found = await client.config(connector);
      return { database, connector, ...planConnector(found, await want(found)) };
    }),
  );
}
