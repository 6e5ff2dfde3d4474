import type { ConnectorConfig, InitialState } from "../../clients/connect/connect-client.js";

/** The configuration that a connector should have, from the one that it has; undefined where there is none. */
export type WantedConfig = (found: ConnectorConfig | undefined) => Promise<ConnectorConfig>;

/** A connector that there should be: of a database, or of a file. */
export interface WantedConnector {
  readonly connector: string;
  /** Missing for one of a file. */
  readonly database?: string;
  readonly want: WantedConfig;
  /** The keys whose values are secret whatever they are called. */
  readonly hidden?: ReadonlySet<string>;
  /** Of a file that says it. */
  readonly initialState?: InitialState;
  /** Where it stands in a file. */
  readonly place?: string;
}
