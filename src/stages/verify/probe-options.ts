import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import type { DatabaseNames } from "../../names.js";
import type { Expectation } from "./expect-events.js";
import type { ProbeSubject } from "./probe.js";

/** What probes of one database are written and found with. */
export interface ProbeOptions {
  readonly client: PostgresClient;
  readonly kafka: KafkaEndpoint;
  readonly names: DatabaseNames;
  readonly config: ConnectorConfig;
  readonly subject: ProbeSubject;
  readonly expectation: Expectation;
  readonly context: Context;
  /** How long a broker may hold back its answer that there is nothing, in milliseconds. Reading ends no sooner. */
  readonly maxWaitMs: number;
  /** Told what is waited for. */
  readonly update: (message: string) => void;
  /** The topics that the connector has used. */
  readonly usedTopics: () => Promise<readonly string[]>;
  /** Throws when no event will ever come: the connector failed, is paused or gone, or its slot is. */
  readonly requireLive: () => Promise<void>;
}
