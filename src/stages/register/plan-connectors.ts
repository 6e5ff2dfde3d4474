import type { ConnectorConfig, RegisteredConnector } from "../../clients/connect/connect-client.js";
import { type ConnectorPlan, planConnector } from "./plan-connector.js";
import type { WantedConnector } from "./wanted-connector.js";

/** What is to be done to one connector, with all that it takes to do it. Secrets are in it. */
export interface ConnectorWork {
  readonly wish: WantedConnector;
  readonly plan: ConnectorPlan;
  readonly wanted: ConnectorConfig;
  /** What is there; missing where nothing is. */
  readonly found?: RegisteredConnector;
}

/** Compares all wanted connectors with what one request told of those that there are. */
export function planConnectors(
  wishes: readonly WantedConnector[],
  registered: readonly RegisteredConnector[],
  { adopt }: { readonly adopt: boolean },
): Promise<ConnectorWork[]> {
  const byName = new Map(registered.map((connector) => [connector.name, connector]));
  return Promise.all(wishes.map((wish) => planOne(wish, byName.get(wish.connector), { adopt })));
}

export async function planOne(
  wish: WantedConnector,
  found: RegisteredConnector | undefined,
  { adopt }: { readonly adopt: boolean },
): Promise<ConnectorWork> {
  const wanted = await wish.want(found?.config);
  const { hidden, initialState } = wish;
  const isOfFile = wish.database === undefined;
  const plan = planConnector(found?.config, wanted, {
    ...(hidden === undefined ? {} : { hidden }),
    toleratesMark: isOfFile && !adopt,
  });
  const begins = found === undefined && initialState !== undefined ? { initialState } : {};
  return { wish, plan: { ...plan, ...begins }, wanted, ...(found === undefined ? {} : { found }) };
}
