import type { StepStatus } from "../../../progress.js";

/** A place in a statement where a secret belongs: shown by its name, sent as a literal. */
export interface SecretPart {
  readonly secret: "debezium_password";
}

/** One SQL statement without its `;`. One that holds a secret is made of parts. */
export type PlannedStatement = string | readonly (string | SecretPart)[];

/** One step of the preparation, or of its undoing: what it will do, and the SQL that does it (none when it is done already). */
export interface PlannedStep {
  readonly step: string;
  readonly status: Extract<StepStatus, "created" | "updated" | "removed" | "unchanged">;
  readonly detail?: string;
  readonly sql: readonly PlannedStatement[];
}

/** What is to be done inside one database, in one transaction. */
export interface DatabaseSteps {
  readonly steps: readonly PlannedStep[];
  /** What a person should know though nothing failed. */
  readonly notices: readonly string[];
}

/** How a missing database is made, before its transaction and outside of one. */
export interface PlannedCreation extends PlannedStep {
  /** The database to be connected to meanwhile. */
  readonly connectTo: string;
  /** The SQL file that is loaded into the new database. */
  readonly schemaFile?: string;
}

/** The whole plan for one database; plain data, so that it can be shown, compared and printed as JSON. */
export interface DatabasePlan extends DatabaseSteps {
  /** The database that the steps' SQL runs in. */
  readonly database: string;
  /** `template`: what new databases are made from. `administration`: where the administrator's functions are. */
  readonly kind: "application" | "template" | "administration";
  readonly creation: PlannedCreation | null;
  /** The database is not there yet: the steps are those for an empty one, as template1 would make it. */
  readonly isAssumed: boolean;
}

/** The statement as text; `literalOf` gives the SQL that stands in a secret's place. */
export function renderStatement(
  statement: PlannedStatement,
  literalOf: (secret: SecretPart["secret"]) => string,
): string {
  if (typeof statement === "string") return statement;
  return statement.map((part) => (typeof part === "string" ? part : literalOf(part.secret))).join("");
}

/** The statement as psql takes it, with a variable in a secret's place. */
export function showStatement(statement: PlannedStatement): string {
  return renderStatement(statement, (secret) => `:'${secret}'`);
}

export const hasWork = ({ steps }: DatabaseSteps): boolean => steps.some(({ sql }) => sql.length > 0);
