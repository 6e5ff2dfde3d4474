import { isApplicationSchema } from "../../../catalog/application-schema.js";
import { hasUsableIdentity } from "../../../catalog/usable-identity.js";
import { quoteLiteral } from "../../../clients/postgres.js";
import { OWN_SCHEMA } from "../../own-objects.js";
import type { PublishScope } from "../plan/prepare-settings.js";

/** What the facts are asked for. */
export interface FactsQuestion {
  readonly role: string;
  readonly publication: string;
  /** Only these schemas, and the program's own; all of the application's where it is empty. */
  readonly schemas: readonly string[];
  readonly publish: PublishScope;
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** Of template1: whoever may log in or make databases may make tables in a later one. */
  readonly isTemplate: boolean;
  /** Functions to look for, as `regprocedure` takes them. */
  readonly functions: readonly string[];
}

/**
 * The first of the queries' WITH: roles, schemas and tables in question. `pg_roles` is a view, and each
 * mention of it would be planned anew; so the name stands for what was read of it once.
 */
export function catalogParts({ role, publication, schemas }: FactsQuestion): string {
  const wanted = schemas.map(quoteLiteral).join(", ");
  const isWanted = wanted === "" ? "true" : `n.nspname IN (${wanted}, '${OWN_SCHEMA}')`;
  return `pg_roles AS MATERIALIZED (
  SELECT oid, rolname, rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_catalog.pg_roles
),
debezium AS (SELECT * FROM pg_roles WHERE rolname = ${quoteLiteral(role)}),
admin AS (SELECT * FROM pg_roles WHERE rolname = current_user),
publication AS (SELECT * FROM pg_publication WHERE pubname = ${quoteLiteral(publication)}),
every_schema AS (SELECT n.oid, n.nspname, n.nspacl FROM pg_namespace n WHERE ${isApplicationSchema("n")}),
app_schema AS (SELECT n.* FROM every_schema n WHERE ${isWanted}),
app_table AS (
  SELECT c.oid, c.relname, c.relnamespace, c.relowner, c.relkind, c.relpersistence, c.relreplident, c.relispartition,
         c.relrowsecurity, c.relforcerowsecurity, s.nspname
  FROM pg_class c JOIN app_schema s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
),
hidden_table AS (SELECT t.* FROM app_table t WHERE NOT ${roleMay("SELECT", "table", "t.oid")}),
keyless_table AS (
  SELECT t.oid, t.relname, t.nspname, t.relnamespace, t.relreplident, t.relispartition FROM app_table t
  WHERE t.relkind = 'r' AND t.relpersistence = 'p' AND NOT ${hasUsableIdentity("t")}
  ${wanted === "" ? "" : KEYLESS_PARTITIONS_ELSEWHERE}
)`;
}

/** A role that is missing counts as one with the rights that everybody has. */
export function roleMay(privilege: string, kind: "table" | "schema" | "database", object: string): string {
  return `coalesce((SELECT has_${kind}_privilege(d.oid, ${object}, '${privilege}') FROM debezium d),
       has_${kind}_privilege('public'::name, ${object}, '${privilege}'))`;
}

/** Partitions that lie in other schemas than their table, which is published. */
const KEYLESS_PARTITIONS_ELSEWHERE = `UNION
  SELECT t.oid, t.relname, n.nspname, t.relnamespace, t.relreplident, t.relispartition
  FROM app_table root CROSS JOIN LATERAL pg_partition_tree(root.oid) p
  JOIN pg_class t ON t.oid = p.relid JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE root.relkind = 'p' AND p.isleaf AND t.relkind = 'r' AND t.relpersistence = 'p' AND NOT ${hasUsableIdentity("t")}`;
