import type { Proof } from "../stages/verify/proof.js";

/** The parts of the `--json` document that describe what is there. Names may be added, never changed. */
export interface EndpointsDocument {
  readonly postgres: { readonly host: string; readonly port: number; readonly adminUser: string };
  readonly kafka: readonly string[];
  readonly connect: string;
}

export interface DatabaseDocument {
  readonly name: string;
  readonly connector: string;
  readonly slot: string;
  readonly publication: string;
  readonly topicPrefix: string;
  readonly event?: Proof;
}

export interface FindingDocument {
  readonly code: string;
  readonly severity: "error" | "warning" | "info" | "ok";
  readonly database: string | null;
  readonly object: string | null;
  readonly seen: string;
  readonly why: string;
  readonly fix: string | null;
  readonly fixKind: "sql" | "command" | "advice" | null;
  /** Of SQL: the database to run it in. */
  readonly fixDatabase: string | null;
  /** Whether `--fix` applies it. */
  readonly fixIsSafe: boolean;
}

export interface SkippedDocument {
  readonly code: string;
  readonly database: string | null;
  readonly reason: string;
}

export interface FixedDocument {
  readonly code: string;
  readonly database: string;
  readonly sql: string;
  readonly status: "applied" | "failed" | "planned";
  readonly message: string | null;
}
