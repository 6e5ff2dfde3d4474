import type { ConnectClient, RegisteredConnector } from "../../clients/connect/connect-client.js";
import type { FileConnector } from "../../connectors/files/resolve-config.js";
import { CONNECTOR_MARK_KEY } from "../own-objects.js";
import { type ConnectorWork, planConnectors } from "./plan-connectors.js";
import { refuseCollisions } from "./refuse-collisions.js";
import type { WantedConnector } from "./wanted-connector.js";

export interface FilePlanOptions {
  /** The mark of what these files made: `fileMark`. */
  readonly mark: string;
  readonly adopt: boolean;
  /** Those that bear the mark and are in no file go. */
  readonly prunes: boolean;
}

/** What `register -f` would do. Secrets are in it. */
export interface FilePlan {
  readonly works: readonly ConnectorWork[];
  readonly pruned: readonly RegisteredConnector[];
}

/** Compares connectors of files with what runs: one request. @throws CdcError CONNECTORS_COLLIDE */
export async function planFiles(
  client: ConnectClient,
  connectors: readonly FileConnector[],
  { mark, adopt, prunes }: FilePlanOptions,
): Promise<FilePlan> {
  const registered = await client.connectors();
  const wishes = connectors.map((connector) => wishOf(connector, mark));
  const works = await planConnectors(wishes, registered, { adopt });
  const names = new Set(wishes.map(({ connector }) => connector));
  const isOfSet = ({ name, config }: RegisteredConnector) =>
    config[CONNECTOR_MARK_KEY] === mark && !names.has(name);
  const pruned = prunes ? registered.filter(isOfSet) : [];
  refuseCollisions(
    works,
    registered.filter((connector) => !pruned.includes(connector)),
  );
  return { works, pruned };
}

export function wishOf(
  { name, config, hidden, initialState, place }: FileConnector,
  mark: string,
): WantedConnector {
  const wanted = { ...config, [CONNECTOR_MARK_KEY]: mark };
  return {
    connector: name,
    want: () => Promise.resolve(wanted),
    hidden,
    place,
    ...(initialState === undefined ? {} : { initialState }),
  };
}
