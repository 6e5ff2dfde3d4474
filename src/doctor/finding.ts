/** Worst first: the order in which findings are shown. */
export const SEVERITIES = ["error", "warning", "info", "ok"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What puts a problem right, exactly as it can be run. */
export type Fix =
  | {
      readonly kind: "sql";
      /** The database to run it in. */
      readonly database: string;
      /** One or more statements, each ended by `;`. */
      readonly sql: string;
      /** Whether `doctor --fix` may run it: it loses no data, stops nothing, restarts nothing. */
      readonly isSafe: boolean;
    }
  /** A command line: `cdc-pipeline …`. */
  | { readonly kind: "command"; readonly command: string }
  /** What only a person can do: a line for a file, a setting of another program. */
  | { readonly kind: "advice"; readonly text: string };

/** One thing that a check saw. */
export interface Finding {
  /** Stable; `docs/checks.md` tells of each. */
  readonly code: string;
  readonly severity: Severity;
  /** The application database, or null for what concerns a whole server. */
  readonly database: string | null;
  /** A table, slot, role, setting or connector; null where the code says it all. */
  readonly object: string | null;
  readonly seen: string;
  readonly why: string;
  readonly fix: Fix | null;
}

/** A check that could not be made, and why: something that it needs was not to be had. */
export interface Skipped {
  readonly code: string;
  readonly database: string | null;
  readonly reason: string;
}

/** A fix as text: SQL, a command or a sentence. */
export function fixText(fix: Fix): string {
  switch (fix.kind) {
    case "sql":
      return fix.sql;
    case "command":
      return fix.command;
    case "advice":
      return fix.text;
  }
}
