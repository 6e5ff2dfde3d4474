import type { Deployment } from "../targets/target.js";

export interface ReconcileOptions {
  readonly deployment: Pick<Deployment, "endpoints" | "ways">;
  readonly database: string;
  /** Its connector; without it the program's own, or the only one that captures the database. */
  readonly connector?: string;
  /** `schema.table`, or a table's name in any schema; without any, all that are captured. */
  readonly tables?: readonly string[];
  /** Compare only this part of the keys: 0.1 is every tenth. */
  readonly sample?: number;
  /** Read no events that came to Kafka before; in milliseconds since 1970. */
  readonly sinceMs?: number;
  /** Copy the rows from this standby, with the same login. */
  readonly readFrom?: { readonly host: string; readonly port: number };
  /** How many differences of each kind and table are named; all are counted. */
  readonly maxNamed?: number;
  /** Changes that took longer from their commit to Kafka are counted as late. */
  readonly lateAfterMs?: number;
  /** Check too that each transaction is there as a whole. */
  readonly transactions?: boolean;
  /** What is held in memory before it goes to files. */
  readonly memoryBytes?: number;
  /** Read other topics than the connector's, by `schema.table`: copies of them, for tests. */
  readonly topics?: ReadonlyMap<string, string>;
}
