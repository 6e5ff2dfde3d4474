import type { Deployment } from "../../targets/target.js";

export interface RegisterOptions {
  readonly deployment: Deployment;
  readonly databases: readonly string[];
  readonly debezium: {
    readonly user: string;
    readonly password: string;
    readonly publication: string;
    readonly heartbeatMs: number;
    /** Let the connector take signals from the table that `prepare` makes for them. */
    readonly signals?: boolean;
    /** The only schemas to capture; all where it is empty. */
    readonly schemas: readonly string[];
    /** Another template than `connectors/postgres.json`. */
    readonly template?: string | undefined;
  };
  /** Take over a connector of the same name that was made by somebody else. */
  readonly adopt: boolean;
  /** Whether connectors of other PostgreSQL servers may be in the same Kafka Connect. */
  readonly isConnectShared?: boolean;
  /** That a connector of the same name may be turned from one PostgreSQL to another was agreed to. */
  readonly mayMove?: boolean;
  /** For how long connectors must stay RUNNING; by default not at all, for a proof that follows. */
  readonly settleMs?: number;
}
