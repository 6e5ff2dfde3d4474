import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import type { Context } from "../../context.js";
import { checkServer } from "./check-server.js";
import type { ConnectorPlan } from "./plan-connector.js";
import { type ConnectorWork, planConnectors } from "./plan-connectors.js";
import { refuseCollisions } from "./refuse-collisions.js";
import type { RegisterOptions } from "./register-options.js";
import { renderConnectors } from "./render-connectors.js";

/** A plan fit to be shown: no secret is in it. */
export interface PlannedConnector extends ConnectorPlan {
  /** Missing for one of a file. */
  readonly database?: string;
  readonly connector: string;
}

export function describeWork({ wish, plan }: ConnectorWork): PlannedConnector {
  const { database, connector } = wish;
  return { ...(database === undefined ? {} : { database }), connector, ...plan };
}

/**
 * What `register` would do, without doing it.
 * @throws CdcError TEMPLATE_INVALID, CONNECT_UNREACHABLE, SLOTS_EXHAUSTED, CONNECTORS_COLLIDE
 */
export async function planRegister(options: RegisterOptions, context: Context): Promise<PlannedConnector[]> {
  const client = createConnectClient(options.deployment.endpoints.connect, context);
  const wishes = await renderConnectors(options, context);
  const registered = await client.connectors();
  const works = await planConnectors(wishes, registered, options);
  refuseCollisions(works, registered);
  await checkServer(works, options, context);
  return works.map(describeWork);
}
