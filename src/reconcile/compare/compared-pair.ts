import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { PostgresClient } from "../../clients/postgres.js";
import type { ComparedConnector } from "../find-connector.js";
import type { ReconcileOptions } from "../reconcile-options.js";
import type { ComparedTables } from "../tables/find-compared-tables.js";

/** A database and the events of its connector, known and reachable. */
export interface ComparedPair {
  readonly options: ReconcileOptions;
  readonly connector: ComparedConnector;
  readonly connect: ConnectClient;
  readonly kafka: KafkaEndpoint;
  /** The captured server, for marks and positions. */
  readonly primary: PostgresClient;
  /** Where the rows are read: the captured server, on a connection of its own, or a standby of it. */
  readonly reader: PostgresClient;
  readonly found: ComparedTables;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
}
