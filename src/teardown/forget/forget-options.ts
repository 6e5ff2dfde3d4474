import type { ConnectEndpoint } from "../../clients/connect/connect-endpoint.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { PostgresEndpoint } from "../../clients/postgres.js";

export interface ForgetOptions {
  readonly databases: readonly string[];
  readonly postgres: PostgresEndpoint;
  readonly postgresFromConnect: { readonly host: string; readonly port: number };
  /** Where Kafka Connect is, or why it is not asked. */
  readonly connect: ConnectEndpoint | { readonly unknown: string };
  /** Their topics go too; missing where they stay. */
  readonly kafka?: KafkaEndpoint;
  readonly role: string;
  readonly publication: string;
  /** The role goes too, where nothing needs it any more. */
  readonly dropsRole: boolean;
  /** Changes that have not reached Kafka may be lost. */
  readonly force: boolean;
  /** What the user called, with `--force`. */
  readonly forceCommand: string;
}
