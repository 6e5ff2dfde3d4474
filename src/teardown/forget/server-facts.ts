import { quoteLiteral } from "../../clients/postgres.js";
import { MARK } from "../../stages/own-objects.js";
import { FOR_DATABASE, SCHEMA_PERMISSIONS } from "../../stages/setup-function.js";
import type { MarkedObject } from "./forget-facts.js";

/** What belongs to the whole server, read in the administrator's database. */
export interface ServerFacts {
  readonly databases: readonly string[];
  /** Null where there is none. */
  readonly role: {
    readonly isOurs: boolean;
    /** The databases in which something depends on it, and what else does, in PostgreSQL's words. */
    readonly dependents: readonly string[];
    /** Slots that it reads at this moment. */
    readonly slotsRead: readonly string[];
  } | null;
  /** The administrator's functions that are there. */
  readonly functions: readonly (MarkedObject & { readonly name: string; readonly signature: string })[];
}

/** One query without parameters, whose row has the `ServerFacts` as `facts`. */
export const serverFactsQuery = (role: string): string => `
WITH debezium AS (SELECT oid FROM pg_roles WHERE rolname = ${quoteLiteral(role)})
SELECT jsonb_build_object(
  'databases', (SELECT jsonb_agg(datname ORDER BY datname) FROM pg_database),
  'role', (SELECT jsonb_build_object(
      'isOurs', starts_with(coalesce(shobj_description(r.oid, 'pg_authid'), ''), '${MARK}'),
      'dependents', coalesce((SELECT jsonb_agg(DISTINCT coalesce(d.datname::text, pg_describe_object(s.classid, s.objid, 0)))
        FROM pg_shdepend s
        LEFT JOIN pg_database d ON d.oid = CASE WHEN s.dbid <> 0 THEN s.dbid WHEN s.classid = 'pg_database'::regclass THEN s.objid END
        WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid), '[]'),
      'slotsRead', coalesce((SELECT jsonb_agg(l.slot_name ORDER BY l.slot_name) FROM pg_replication_slots l
        JOIN pg_stat_activity a ON a.pid = l.active_pid WHERE a.usesysid = r.oid), '[]')) FROM debezium r),
  'functions', coalesce((SELECT jsonb_agg(jsonb_build_object('name', f.name, 'signature', f.signature,
      'isOurs', starts_with(coalesce(obj_description(p.oid, 'pg_proc'), ''), '${MARK}'),
      'isReachable', pg_has_role(p.proowner, 'USAGE')) ORDER BY f.name)
    FROM (VALUES ${[FOR_DATABASE, SCHEMA_PERMISSIONS].map(({ name, signature }) => `(${quoteLiteral(name)}, ${quoteLiteral(signature)})`).join(", ")}) f(name, signature)
    JOIN pg_proc p ON p.oid = to_regprocedure(f.signature)), '[]')
) AS facts`;
