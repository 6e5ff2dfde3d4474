import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import type { TopicSummary } from "../clients/kafka/survey-topics.js";
import type { ServerStatus } from "../targets/target.js";
import type { PostgresLook } from "./read-postgres.js";

/** What was asked for, or why it is not known; nothing found and nothing known are not the same. */
export type Asked<Value> = { readonly value: Value } | { readonly unknown: string };

/** The answers of the servers, as they are. */
export interface RawLook {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly target: string;
  readonly servers: readonly ServerStatus[];
  readonly connectors: Asked<readonly RegisteredConnector[]>;
  readonly postgres: Asked<PostgresLook>;
  /** By topic. */
  readonly topics: Asked<ReadonlyMap<string, TopicSummary>>;
  /** Whether PostgreSQL's archive is this program's. */
  readonly hasArchive: boolean;
}
