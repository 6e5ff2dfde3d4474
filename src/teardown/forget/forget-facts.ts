import { isApplicationSchema } from "../../catalog/application-schema.js";
import { heldRights } from "../../catalog/held-rights.js";
import { quoteLiteral } from "../../clients/postgres.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE, SIGNAL_TABLE } from "../../stages/own-objects.js";
import { SCHEMA_PERMISSIONS } from "../../stages/setup-function.js";

/** What is left of a preparation in one database. */
export interface ForgetFacts {
  /** Whether the role bears the program's mark; null where there is no such role. */
  readonly isRoleOurs: boolean | null;
  /** Null where there is none. */
  readonly schema: OwnSchema | null;
  readonly publication: (MarkedObject & { readonly isOwnedByRole: boolean }) | null;
  readonly function: MarkedObject | null;
  readonly rights: readonly HeldRight[];
  /** Rights to columns, which a REVOKE for the whole table takes as well: the GRANT that gives them back. */
  readonly columnGrants: readonly { readonly object: string; readonly sql: string }[];
  /** What else depends on the role here, in PostgreSQL's words. */
  readonly otherDependents: readonly string[];
  /** Slots by which a publication of this database may be read. */
  readonly slots: readonly string[];
  /** Those that the role itself reads at this moment, by whatever plugin. */
  readonly slotsRead: readonly string[];
}

export interface MarkedObject {
  readonly isOurs: boolean;
  /** Whether the administrator may drop it. */
  readonly isReachable: boolean;
}

export interface OwnSchema extends MarkedObject {
  readonly comment: string | null;
  /** `cdc_pipeline.probe` and the like. */
  readonly tables: readonly (MarkedObject & { readonly name: string })[];
  /** What somebody else has put into it. */
  readonly others: readonly string[];
}

export interface HeldRight {
  readonly held: string;
  readonly kind: "CONNECT" | "USAGE" | "SELECT" | "LATER TABLES" | "LATER SCHEMAS";
  readonly schema: string | null;
  /** Quoted as SQL takes it; null of CONNECT. */
  readonly object: string | null;
  readonly isReachable: boolean;
}

const list = (value: string, from: string, order: string): string =>
  `coalesce((SELECT jsonb_agg(${value} ORDER BY ${order}) FROM ${from}), '[]')`;

const marked = (comment: string, owner: string): string =>
  `'isOurs', starts_with(coalesce(${comment}, ''), '${MARK}'), 'isReachable', pg_has_role(${owner}, 'USAGE')`;

/** One query without parameters, whose row has the `ForgetFacts` as `facts`. */
export function forgetFactsQuery(role: string, publication: string): string {
  const inOwn = `n.nspname = '${OWN_SCHEMA}'`;
  const tables = [PROBE_TABLE, SIGNAL_TABLE].map((name) => `to_regclass('${name}')`).join(", ");
  return `
WITH debezium AS (SELECT oid FROM pg_roles WHERE rolname = ${quoteLiteral(role)}),
held AS MATERIALIZED (${heldRights(role)})
SELECT jsonb_build_object(
  'isRoleOurs', (SELECT starts_with(coalesce(shobj_description(oid, 'pg_authid'), ''), '${MARK}') FROM debezium),
  'schema', (SELECT jsonb_build_object(${marked("obj_description(n.oid, 'pg_namespace')", "n.nspowner")},
      'comment', obj_description(n.oid, 'pg_namespace'),
      'tables', ${list(
        `jsonb_build_object('name', '${OWN_SCHEMA}.' || c.relname, ${marked("obj_description(c.oid, 'pg_class')", "c.relowner")})`,
        `pg_class c WHERE c.oid IN (${tables})`,
        "c.relname",
      )},
      'others', ${list(
        "o.name",
        `(SELECT pg_describe_object(d.classid, d.objid, 0) AS name FROM pg_depend d
          WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n'
            AND (d.classid = 'pg_class'::regclass AND d.objid IN (${tables})) IS NOT TRUE) o`,
        "o.name",
      )}) FROM pg_namespace n WHERE ${inOwn}),
  'publication', (SELECT jsonb_build_object(${marked("obj_description(oid, 'pg_publication')", "pubowner")},
      'isOwnedByRole', pubowner IN (SELECT oid FROM debezium)) FROM pg_publication WHERE pubname = ${quoteLiteral(publication)}),
  'function', (SELECT jsonb_build_object(${marked("obj_description(oid, 'pg_proc')", "proowner")})
      FROM pg_proc WHERE oid = to_regprocedure(${quoteLiteral(SCHEMA_PERMISSIONS.signature)})),
  'rights', ${list(
    `jsonb_build_object('held', held, 'kind', kind, 'schema', schema, 'object', object, 'isReachable', is_reachable)`,
    "held",
    "held",
  )},
  'columnGrants', ${list(
    "jsonb_build_object('object', object, 'sql', sql)",
    `(SELECT format('%I.%I', n.nspname, c.relname) AS object,
        format('GRANT SELECT (%s) ON %I.%I TO %I', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), n.nspname,
          c.relname, ${quoteLiteral(role)}) || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS sql
      FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) g
      JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE g.privilege_type = 'SELECT' AND g.grantee = (SELECT oid FROM debezium) AND NOT a.attisdropped
      GROUP BY n.nspname, c.relname, g.is_grantable) c`,
    "object, sql",
  )},
  'otherDependents', ${list("d.name", `(${otherDependents(publication)}) d`, "d.name")},
  'slots', ${list(
    "slot_name",
    "pg_replication_slots WHERE database = current_database() AND plugin = 'pgoutput' AND NOT temporary",
    "slot_name",
  )},
  'slotsRead', ${list(
    "s.slot_name",
    `pg_replication_slots s JOIN pg_stat_activity a ON a.pid = s.active_pid
     WHERE s.database = current_database() AND a.usesysid = (SELECT oid FROM debezium)`,
    "s.slot_name",
  )}
) AS facts`;
}

/** What depends on the role and is nothing that a preparation makes. */
const otherDependents = (publication: string): string => `
  SELECT DISTINCT pg_describe_object(s.classid, s.objid, s.objsubid) AS name
  FROM pg_shdepend s CROSS JOIN debezium r JOIN pg_database b ON b.oid = s.dbid AND b.datname = current_database()
  WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
    AND NOT EXISTS (SELECT FROM pg_publication p WHERE s.classid = 'pg_publication'::regclass AND p.oid = s.objid
      AND p.pubname = ${quoteLiteral(publication)})
    AND NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE s.classid = 'pg_class'::regclass AND c.oid = s.objid AND s.deptype = 'a' AND s.objsubid = 0
        AND ${isApplicationSchema("n")} AND (n.nspname = '${OWN_SCHEMA}' OR NOT EXISTS (SELECT FROM aclexplode(c.relacl) g
          WHERE g.grantee = r.oid AND (g.privilege_type <> 'SELECT' OR c.relkind NOT IN ('r', 'p', 'v', 'm', 'f')))))
    AND NOT EXISTS (SELECT FROM pg_namespace n WHERE s.classid = 'pg_namespace'::regclass AND n.oid = s.objid
      AND s.deptype = 'a' AND ${isApplicationSchema("n")} AND NOT EXISTS (SELECT FROM aclexplode(n.nspacl) g
        WHERE g.grantee = r.oid AND g.privilege_type <> 'USAGE'))
    AND NOT EXISTS (SELECT FROM pg_default_acl a WHERE s.classid = 'pg_default_acl'::regclass AND a.oid = s.objid
      AND s.deptype = 'a' AND NOT EXISTS (SELECT FROM aclexplode(a.defaclacl) g
        WHERE g.grantee = r.oid AND (a.defaclobjtype, g.privilege_type) NOT IN (('r', 'SELECT'), ('n', 'USAGE'))))`;
