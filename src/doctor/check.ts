import type { DatabaseNames } from "../names.js";
import type { AreaName, Areas, DoctorSettings } from "./facts/areas.js";
import type { Fix, Severity } from "./finding.js";

/** What a check found wrong. */
export interface Problem {
  readonly object?: string;
  /** What was seen, with its numbers: `max_wal_senders = 10, 10 in use`. */
  readonly seen: string;
  readonly fix?: Fix;
  /** Where it is less (or more) than the check's own severity. */
  readonly severity?: Exclude<Severity, "ok">;
}

interface CheckTexts {
  /** Stable, in capitals: `WAL_LEVEL_NOT_LOGICAL`. */
  readonly code: string;
  /** The most that it reports. */
  readonly severity: Exclude<Severity, "ok">;
  /** The good state as a sentence, which is also what a passed check says. */
  readonly title: string;
  /** What happens otherwise, and why. */
  readonly why: string;
  /** How it is put right, in general; a problem's own fix is exact. */
  readonly remedy: string;
  /** `server`: looked at once a run; `database`: once for each database. */
  readonly scope: "server" | "database";
}

/** What keeps a check from telling, although its areas are known. */
export interface CannotTell {
  readonly skipped: string;
}
export type Look = readonly Problem[] | CannotTell;

/** What every check is given besides the areas that it needs. */
export interface CheckContext {
  readonly settings: DoctorSettings;
}
export interface DatabaseCheckContext extends CheckContext {
  readonly names: DatabaseNames;
}

/** One thing that doctor looks at: a pure function of facts that were read before. */
export interface Check extends CheckTexts {
  /** It is skipped, with the reason, where one of these is not known. */
  readonly needs: readonly AreaName[];
  readonly look: (facts: never) => Look;
}

/** Ties what a check looks at to the facts that it says it needs. */
export function defineCheck<
  const Needs extends readonly AreaName[],
  const Scope extends "server" | "database",
>(
  spec: Omit<CheckTexts, "scope"> & {
    readonly scope: Scope;
    readonly needs: Needs;
    readonly look: (
      facts: Readonly<Pick<Areas, Needs[number]>> &
        (Scope extends "database" ? DatabaseCheckContext : CheckContext),
    ) => Look;
  },
): Check {
  return spec;
}
