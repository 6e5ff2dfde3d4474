import { isApplicationSchema } from "../../catalog/application-schema.js";
import { tableMakers } from "../../catalog/table-makers.js";
import { hasUsableIdentity } from "../../catalog/usable-identity.js";
import { quoteLiteral } from "../../clients/postgres.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE } from "../own-objects.js";
import type { PublishScope } from "./publication-scope.js";

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

const FIRST_WITH_SCHEMA_PUBLICATIONS = 150_000;

/** JSON of a column's values; an empty list where there are none. */
const list = (value: string, from: string, order = "") =>
  `coalesce((SELECT jsonb_agg(${value}${order === "" ? "" : ` ORDER BY ${order}`}) FROM ${from}), '[]')`;

/**
 * One query without parameters, so that it can be sent together with the BEGIN before it. A role that is
 * missing counts as one with the rights that everybody has.
 */
export function factsQuery(question: FactsQuestion): string {
  const role = quoteLiteral(question.role);
  const hasSchemaPublications = question.serverVersion >= FIRST_WITH_SCHEMA_PUBLICATIONS;
  const wanted = question.schemas.map(quoteLiteral).join(", ");
  const isWanted = wanted === "" ? "true" : `n.nspname IN (${wanted}, '${OWN_SCHEMA}')`;
  const may = (privilege: string, kind: string, object: string) =>
    `coalesce((SELECT has_${kind}_privilege(d.oid, ${object}, '${privilege}') FROM debezium d),
       has_${kind}_privilege('public'::name, ${object}, '${privilege}'))`;
  const inPublication = (table: string) => `EXISTS (SELECT FROM publication p WHERE p.puballtables
     OR EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND (r.prrelid = ${table}.oid
          OR (${table}.relispartition AND r.prrelid IN (SELECT a.relid FROM pg_partition_ancestors(${table}.oid) a))))
     ${hasSchemaPublications ? `OR EXISTS (SELECT FROM pg_publication_namespace s WHERE s.pnpubid = p.oid AND s.pnnspid = ${table}.relnamespace)` : ""})`;
  const listsTables = `(SELECT coalesce((SELECT NOT puballtables FROM publication),
     NOT a.rolsuper OR ${String(question.publish === "tables" || (wanted !== "" && !hasSchemaPublications))}) FROM admin a)`;
  const makers = question.isTemplate
    ? `SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname !~ '^pg_' AND r.rolname <> ${role}
         AND (r.rolcanlogin OR r.rolcreatedb)`
    : tableMakers(role);
  return `
WITH debezium AS (SELECT * FROM pg_roles WHERE rolname = ${role}),
admin AS (SELECT * FROM pg_roles WHERE rolname = current_user),
publication AS (SELECT * FROM pg_publication WHERE pubname = ${quoteLiteral(question.publication)}),
every_schema AS (SELECT n.oid, n.nspname FROM pg_namespace n WHERE ${isApplicationSchema("n")}),
app_schema AS (SELECT n.oid, n.nspname FROM every_schema n WHERE ${isWanted}),
app_table AS (
  SELECT c.oid, c.relname, c.relnamespace, c.relowner, c.relkind, c.relpersistence, c.relreplident, c.relispartition,
         c.relrowsecurity, c.relforcerowsecurity, s.nspname
  FROM pg_class c JOIN app_schema s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
),
hidden_table AS (SELECT t.* FROM app_table t WHERE NOT ${may("SELECT", "table", "t.oid")}),
unpublished_table AS (
  SELECT t.* FROM app_table t
  WHERE ${listsTables} AND t.relpersistence = 'p' AND NOT t.relispartition AND NOT ${inPublication("t")}
),
useless_schema AS (
  SELECT * FROM (SELECT s.oid, s.nspname, ${may("USAGE", "schema", "s.oid")} AS is_usable,
      has_schema_privilege(s.oid, 'USAGE WITH GRANT OPTION') AS is_grantable,
      -- What everybody may use today can be taken from everybody tomorrow.
      has_schema_privilege('public'::name, s.oid, 'USAGE') AND NOT EXISTS (
        SELECT FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) g
        WHERE n.oid = s.oid AND g.privilege_type = 'USAGE' AND g.grantee = (SELECT oid FROM debezium)) AS is_by_everybody
    FROM app_schema s) u
  WHERE NOT is_usable OR (is_grantable AND is_by_everybody)
),
table_maker AS (${makers}),
default_grant AS (
  SELECT a.defaclrole AS maker, a.defaclobjtype AS kind, a.defaclnamespace AS namespace FROM pg_default_acl a
  CROSS JOIN LATERAL aclexplode(a.defaclacl) g
  WHERE g.grantee = (SELECT oid FROM debezium)
    AND (a.defaclobjtype, g.privilege_type) IN (('r', 'SELECT'), ('n', 'USAGE'))
),
ungranting_maker AS (
  SELECT m.oid, m.rolname, NULL::name AS nspname FROM table_maker m WHERE ${String(wanted === "")}
    AND (SELECT count(DISTINCT kind) FROM default_grant g WHERE g.maker = m.oid AND g.namespace = 0) < 2
  UNION ALL
  SELECT m.oid, m.rolname, s.nspname FROM table_maker m CROSS JOIN app_schema s WHERE ${String(wanted !== "")}
    AND s.nspname <> '${OWN_SCHEMA}' AND has_schema_privilege(m.oid, s.oid, 'CREATE')
    AND NOT EXISTS (SELECT FROM default_grant g WHERE g.maker = m.oid AND g.kind = 'r' AND g.namespace IN (0, s.oid))
),
changed_table AS (
  SELECT t.oid, t.relname, t.nspname, t.relnamespace, t.relreplident, t.relispartition FROM app_table t
  WHERE t.relkind = 'r' AND t.relpersistence = 'p' AND NOT ${hasUsableIdentity("t")}
  ${wanted === "" ? "" : PARTITIONS_ELSEWHERE}
)
SELECT jsonb_build_object(
  'admin', (SELECT jsonb_build_object('isSuperuser', rolsuper, 'createrole', rolcreaterole, 'createdb', rolcreatedb,
      'replication', rolreplication, 'mayCreate', has_database_privilege(current_database(), 'CREATE'),
      'mayAlterRole', rolsuper OR (rolcreaterole AND (${question.serverVersion} < 160000
         OR coalesce((SELECT pg_has_role(d.oid, 'MEMBER WITH ADMIN OPTION') FROM debezium d), true)))) FROM admin),
  'role', (SELECT jsonb_build_object('login', rolcanlogin, 'createdb', rolcreatedb, 'superuser', rolsuper,
      'replication', rolreplication OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
         WHERE m.member = debezium.oid AND g.rolname = 'rds_replication')) FROM debezium),
  'hasReplicationGroup', EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication'),
  'hasConnect', ${may("CONNECT", "database", "current_database()")},
  'schemas', ${list("nspname", "every_schema", "nspname")},
  'schemasWithoutUsage', ${list("nspname", "useless_schema", "nspname")},
  'schemasOutOfReach', ${list("nspname", "useless_schema WHERE NOT is_grantable", "nspname")},
  'schemasWithoutSelect', ${list("nspname", "(SELECT DISTINCT nspname FROM hidden_table) h", "nspname")},
  'tablesWithoutSelect', (SELECT count(*) FROM hidden_table),
  'tables', (SELECT count(*) FROM app_table WHERE nspname <> '${OWN_SCHEMA}'),
  'tablesOutOfReach', ${list(
    "jsonb_build_object('table', format('%I.%I', nspname, relname), 'owner', pg_get_userbyid(relowner))",
    `(SELECT nspname, relname, relowner FROM hidden_table UNION SELECT nspname, relname, relowner FROM unpublished_table) t
       WHERE NOT pg_has_role(relowner, 'USAGE')`,
    "nspname, relname",
  )},
  'ownersWithoutDefaults', ${list("rolname", "ungranting_maker WHERE nspname IS NULL", "rolname")},
  'defaultsMissingInSchemas', ${list("jsonb_build_object('owner', rolname, 'schema', nspname)", "ungranting_maker WHERE nspname IS NOT NULL", "rolname, nspname")},
  'ownersOutOfReach', ${list("DISTINCT rolname", "ungranting_maker m WHERE NOT pg_has_role(m.oid, 'USAGE')")},
  'hasProbeTable', to_regclass('${PROBE_TABLE}') IS NOT NULL,
  'publication', (SELECT jsonb_build_object(
       'allTables', puballtables, 'allOperations', pubinsert AND pubupdate AND pubdelete AND pubtruncate,
       'hasFilters', ${hasSchemaPublications ? "EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = publication.oid AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL))" : "false"},
       'schemas', ${hasSchemaPublications ? list("s.pnnspid::regnamespace::name", "pg_publication_namespace s WHERE s.pnpubid = publication.oid") : "'[]'::jsonb"},
       'owner', pg_get_userbyid(pubowner), 'isReachable', pg_has_role(pubowner, 'USAGE'),
       'isOurs', coalesce(obj_description(oid, 'pg_publication') LIKE '${MARK}%', false)) FROM publication),
  'unpublishedTables', ${list("format('%I.%I', nspname, relname)", "unpublished_table", "nspname, relname")},
  'tablesWithoutIdentity', ${list("to_jsonb(i) - 'nspname' - 'relname'", `(${identities(inPublication)}) i`, "changes DESC, nspname, relname")},
  'tablesWithRowSecurity', ${list(
    "format('%I.%I', nspname, relname)",
    `app_table t CROSS JOIN debezium d WHERE t.relrowsecurity AND NOT d.rolsuper AND NOT d.rolbypassrls
       AND (t.relforcerowsecurity OR NOT pg_has_role(d.oid, t.relowner, 'USAGE'))`,
    "nspname, relname",
  )},
  'slots', ${list("slot_name", "pg_replication_slots WHERE database = current_database() AND slot_type = 'logical'", "slot_name")},
  'functions', ${functionsFacts(question.functions)}
) AS facts`;
}

/** Asks for functions and nothing else. */
export const functionsQuery = (signatures: readonly string[]): string =>
  `SELECT ${functionsFacts(signatures)} AS facts`;

const functionsFacts = (
  signatures: readonly string[],
) => `jsonb_build_object('hasSchema', to_regnamespace('public') IS NOT NULL,
     'mayCreate', coalesce(has_schema_privilege(to_regnamespace('public'), 'CREATE'), false),
     'found', coalesce((SELECT jsonb_object_agg(s.signature, jsonb_build_object('body', f.prosrc,
          'comment', obj_description(f.oid, 'pg_proc'), 'isReachable', pg_has_role(f.proowner, 'USAGE')))
        FROM unnest(ARRAY[${signatures.map(quoteLiteral).join(", ")}]::text[]) s(signature)
        JOIN pg_proc f ON f.oid = to_regprocedure(s.signature)), '{}'))`;

/** Partitions that lie in other schemas than their table, which is published. */
const PARTITIONS_ELSEWHERE = `UNION
  SELECT t.oid, t.relname, n.nspname, t.relnamespace, t.relreplident, t.relispartition
  FROM app_table root CROSS JOIN LATERAL pg_partition_tree(root.oid) p
  JOIN pg_class t ON t.oid = p.relid JOIN pg_namespace n ON n.oid = t.relnamespace
  WHERE root.relkind = 'p' AND p.isleaf AND t.relkind = 'r' AND t.relpersistence = 'p' AND NOT ${hasUsableIdentity("t")}`;

/** Why each table's identity is of no use, and an index that could be one. */
const identities = (inPublication: (table: string) => string) => `
  SELECT t.nspname, t.relname, format('%I.%I', t.nspname, t.relname) AS "table",
    CASE WHEN t.relreplident = 'n' THEN 'REPLICA IDENTITY NOTHING'
         WHEN t.relreplident = 'i' THEN 'the index of its replica identity is gone'
         WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND NOT i.indimmediate)
           THEN 'its primary key is deferrable'
         ELSE 'no primary key' END AS reason,
    quote_ident(x.relname) AS index, coalesce(x.indisprimary, false) AS "isPrimary",
    pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid) AS changes,
    ${inPublication("t")} AS "isPublished"
  FROM changed_table t LEFT JOIN LATERAL (
    SELECT c.relname, i.indisprimary FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
      AND i.indpred IS NULL AND i.indexprs IS NULL
      AND NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = i.indexrelid AND a.attnum <= i.indnkeyatts AND NOT EXISTS (
                        SELECT FROM pg_attribute b WHERE b.attrelid = t.oid AND b.attnum = i.indkey[a.attnum - 1] AND b.attnotnull))
    ORDER BY i.indisprimary DESC, i.indnkeyatts, c.relname LIMIT 1) x ON true`;
