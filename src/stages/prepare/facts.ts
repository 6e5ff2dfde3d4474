import { isApplicationSchema } from "../../catalog/application-schema.js";
import { tableMakers } from "../../catalog/table-makers.js";
import { hasUsableIdentity } from "../../catalog/usable-identity.js";
import type { PostgresClient } from "../../clients/postgres.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE } from "../own-objects.js";

/** What `prepare` needs to know of one database; read in one query, before anything is written. */
export interface DatabaseFacts {
  readonly walLevel: string;
  readonly isSuperuser: boolean;
  readonly role: RoleFacts | null;
  readonly hasConnect: boolean;
  /** Schemas of the application on which the role lacks USAGE. */
  readonly schemasWithoutUsage: readonly string[];
  /** Schemas that hold a table on which the role lacks SELECT, and how many such tables there are. */
  readonly schemasWithoutSelect: readonly string[];
  readonly tablesWithoutSelect: number;
  readonly tables: number;
  /** Roles that can make tables or schemas here and do not yet grant the role what they will make. */
  readonly ownersWithoutDefaults: readonly string[];
  readonly hasProbeTable: boolean;
  readonly publication: PublicationFacts | null;
  /** Tables whose UPDATE and DELETE a publication breaks: no usable replica identity. */
  readonly tablesWithoutIdentity: readonly string[];
}

export interface RoleFacts {
  readonly login: boolean;
  readonly replication: boolean;
  readonly createdb: boolean;
  readonly superuser: boolean;
}

export interface PublicationFacts {
  readonly allTables: boolean;
  readonly allOperations: boolean;
  readonly owner: string;
  /** Made by this program, by the comment on it. */
  readonly isOurs: boolean;
}

const FACTS = `
WITH debezium AS (SELECT * FROM pg_roles WHERE rolname = $1),
app_schema AS (
  SELECT oid, nspname, nspowner, nspacl FROM pg_namespace n WHERE ${isApplicationSchema("n")}
),
app_table AS (
  SELECT c.oid, c.relname, c.relnamespace, c.relowner, c.relkind, c.relpersistence, c.relreplident, s.nspname
  FROM pg_class c JOIN app_schema s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
),
hidden_table AS (
  SELECT t.* FROM app_table t
  WHERE NOT coalesce((SELECT has_table_privilege(d.oid, t.oid, 'SELECT') FROM debezium d), false)
),
table_maker AS (${tableMakers("$1")}),
default_grant AS (
  SELECT a.defaclrole AS maker, a.defaclobjtype AS kind FROM pg_default_acl a
  CROSS JOIN LATERAL aclexplode(a.defaclacl) g
  WHERE a.defaclnamespace = 0 AND g.grantee = (SELECT oid FROM debezium)
    AND (a.defaclobjtype, g.privilege_type) IN (('r', 'SELECT'), ('n', 'USAGE'))
)
SELECT jsonb_build_object(
  'walLevel', current_setting('wal_level'),
  'isSuperuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
  'role', (SELECT jsonb_build_object('login', rolcanlogin, 'replication', rolreplication,
                                     'createdb', rolcreatedb, 'superuser', rolsuper) FROM debezium),
  'hasConnect', coalesce((SELECT has_database_privilege(oid, current_database(), 'CONNECT') FROM debezium), false),
  'schemasWithoutUsage', coalesce((SELECT jsonb_agg(nspname ORDER BY nspname) FROM app_schema s
     WHERE NOT coalesce((SELECT has_schema_privilege(d.oid, s.oid, 'USAGE') FROM debezium d), false)), '[]'),
  'schemasWithoutSelect', coalesce((SELECT jsonb_agg(DISTINCT nspname) FROM hidden_table), '[]'),
  'tablesWithoutSelect', (SELECT count(*) FROM hidden_table),
  'tables', (SELECT count(*) FROM app_table WHERE nspname <> '${OWN_SCHEMA}'),
  'ownersWithoutDefaults', coalesce((SELECT jsonb_agg(m.rolname ORDER BY m.rolname) FROM table_maker m
     WHERE (SELECT count(DISTINCT kind) FROM default_grant g WHERE g.maker = m.oid) < 2), '[]'),
  'hasProbeTable', to_regclass('${PROBE_TABLE}') IS NOT NULL,
  'publication', (SELECT jsonb_build_object(
       'allTables', puballtables, 'allOperations', pubinsert AND pubupdate AND pubdelete AND pubtruncate,
       'owner', pg_get_userbyid(pubowner),
       'isOurs', coalesce(obj_description(oid, 'pg_publication') LIKE '${MARK}%', false))
     FROM pg_publication WHERE pubname = $2),
  'tablesWithoutIdentity', coalesce((SELECT jsonb_agg(format('%I.%I', nspname, relname) ORDER BY nspname, relname) FROM app_table t
     WHERE relkind = 'r' AND relpersistence = 'p' AND NOT ${hasUsableIdentity("t")}), '[]')
) AS facts`;

/** Reads the facts of the database that `client` is connected to. */
export async function readFacts(
  client: PostgresClient,
  role: string,
  publication: string,
): Promise<DatabaseFacts> {
  const { rows } = await client.query<{ facts: DatabaseFacts }>(FACTS, [role, publication]);
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  return facts;
}
