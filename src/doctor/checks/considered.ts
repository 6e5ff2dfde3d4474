import { OWN_SCHEMA } from "../../stages/own-objects.js";
import type { DatabaseFacts, TableFacts } from "../facts/database-facts.js";

interface Considering {
  readonly database: DatabaseFacts;
  /** Empty means all. */
  readonly settings: { readonly schemas: readonly string[] };
}

/** Whether a schema is captured by the configuration; the program's own always is. */
export const isConsidered = (schema: string, { schemas }: Considering["settings"]): boolean =>
  schemas.length === 0 || schema === OWN_SCHEMA || schemas.includes(schema);

/** The tables of the schemas that are captured, those with the most changes first. */
export const consideredTables = ({ database, settings }: Considering): TableFacts[] =>
  database.tables.filter(({ schema }) => isConsidered(schema, settings));

/** What a publication can publish: a table whose changes are in the WAL. */
export const isPublishable = ({ kind, isUnlogged }: TableFacts): boolean =>
  (kind === "table" || kind === "partitioned") && !isUnlogged;

/** The considered tables whose changes are published, or will be once there is a publication. */
export const capturedTables = (facts: Considering): TableFacts[] =>
  consideredTables(facts).filter((table) =>
    facts.database.publication === null ? isPublishable(table) : table.isPublished,
  );
