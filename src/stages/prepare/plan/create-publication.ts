import { quoteIdentifier, quoteLiteral } from "../../../clients/postgres.js";
import { count } from "../../count.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE, SIGNAL_TABLE } from "../../own-objects.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import type { PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";
import type { PublicationScope } from "./publication-scope.js";

/** The statements that make it, and what it will cover. */
export function createPublication(
  facts: DatabaseFacts,
  scope: PublicationScope,
  settings: PrepareSettings,
): Pick<PlannedStep, "sql"> & { readonly detail: string } {
  const name = quoteIdentifier(settings.publication);
  const role = settings.role;
  const create = (what: string) => [
    `CREATE PUBLICATION ${name} FOR ${what} WITH (publish_via_partition_root = true)`,
    `COMMENT ON PUBLICATION ${name} IS ${quoteLiteral(`${MARK}: read by Debezium`)}`,
  ];
  // A superuser may hand it over to a role that could not have made it.
  const handOver = `ALTER PUBLICATION ${name} OWNER TO ${quoteIdentifier(role)}`;
  switch (scope) {
    case "all":
      return { detail: `for all tables, owned by ${role}`, sql: [...create("ALL TABLES"), handOver] };
    case "schemas": {
      const schemas = settings.schemas.map(quoteIdentifier).join(", ");
      return {
        detail: `for all tables in ${settings.schemas.join(", ")}, owned by ${role}`,
        sql: [...create(`TABLES IN SCHEMA ${schemas}, ${OWN_SCHEMA}`), handOver],
      };
    }
    case "tables": {
      // Who cannot own the tables cannot add to it later, so it stays the administrator's.
      const tables = tablesToPublish(facts, settings);
      const theirs = tables.filter((table) => table !== PROBE_TABLE && table !== SIGNAL_TABLE);
      return {
        detail: `for ${count(theirs.length, "table")}, owned by ${settings.adminUser}`,
        sql: create(`TABLE ${tables.join(", ")}`),
      };
    }
  }
}

/** The tables that a list lacks; those that this transaction makes are not among the facts yet. */
export function tablesToPublish(
  { unpublishedTables, hasProbeTable, hasSignalTable }: DatabaseFacts,
  { signals = false }: PrepareSettings,
): string[] {
  return [
    ...unpublishedTables,
    ...(hasProbeTable ? [] : [PROBE_TABLE]),
    ...(signals && !hasSignalTable ? [SIGNAL_TABLE] : []),
  ];
}
