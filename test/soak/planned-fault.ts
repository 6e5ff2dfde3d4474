import type { ServerName } from "../../src/targets/target.js";

/** One thing that is to go wrong; everything that is left to chance is already drawn. */
export type PlannedFault = {
  /** How long the application writes undisturbed before it, in milliseconds. */
  readonly afterMs: number;
} & (
  | { readonly kind: "killed"; readonly servers: readonly ServerName[]; readonly signal: EndSignal }
  | {
      readonly kind: "stands still";
      readonly server: ServerName;
      readonly seconds: number;
      /** Whether `up` runs meanwhile. */
      readonly isDuringUp: boolean;
    }
  | {
      readonly kind: "connector disturbed";
      readonly database: string;
      readonly action: "pause" | "stop" | "restart" | "restart?includeTasks=true";
    }
  /** Debezium's role may not log in when its connector restarts. */
  | { readonly kind: "task failed"; readonly database: string }
  /** PostgreSQL ends the session that sends the changes. */
  | { readonly kind: "sender ended"; readonly database: string; readonly times: number }
  /** A server is killed between a transaction's rows and its COMMIT. */
  | {
      readonly kind: "killed during a transaction";
      readonly database: string;
      readonly rows: number;
      readonly server: Exclude<ServerName, "postgres">;
    }
  | { readonly kind: "table made"; readonly database: string; readonly rows: number }
  | { readonly kind: "password rotated" }
  /** `up` is ended while it starts a server again. */
  | {
      readonly kind: "up ended";
      readonly server: ServerName;
      readonly signal: EndSignal | "SIGINT";
      readonly runsMs: number;
    }
  /** No connection between Kafka Connect and PostgreSQL. */
  | { readonly kind: "network cut"; readonly database: string; readonly seconds: number }
);

export type EndSignal = "SIGTERM" | "SIGKILL";
export type FaultKind = PlannedFault["kind"];

/** The planned fault of one kind. */
export type FaultOf<Kind extends FaultKind> = Extract<PlannedFault, { kind: Kind }>;
