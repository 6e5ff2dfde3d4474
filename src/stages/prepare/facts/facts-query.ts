import { hasSchemaPublications } from "../../../catalog/schema-publications.js";
import { tableMakers } from "../../../catalog/table-makers.js";
import { quoteLiteral } from "../../../clients/postgres.js";
import { MARK, OWN_SCHEMA, PROBE_TABLE, SIGNAL_TABLE } from "../../own-objects.js";
import { catalogParts, type FactsQuestion, roleMay } from "./catalog-parts.js";
import { functionsFacts } from "./functions-query.js";
import { jsonList } from "./json-list.js";

/**
 * What every database is asked. One query without parameters, so that it can be sent together with the
 * BEGIN before it. A new session takes longer to plan it than to run it, so what is rarely needed stands in
 * `detailsQuery`.
 */
export function factsQuery(question: FactsQuestion): string {
  const isPartial = question.schemas.length > 0;
  // Before 16, whoever may make roles may change any, but for those with more rights than its own.
  const mayAlter =
    question.serverVersion < 160_000
      ? "NOT d.rolreplication AND NOT d.rolsuper"
      : "pg_has_role(d.oid, 'MEMBER WITH ADMIN OPTION')";
  return `
WITH ${catalogParts(question)},
useless_schema AS (
  SELECT * FROM (SELECT s.oid, s.nspname, ${roleMay("USAGE", "schema", "s.oid")} AS is_usable,
      has_schema_privilege(s.oid, 'USAGE WITH GRANT OPTION') AS is_grantable,
      -- What everybody may use today can be taken from everybody tomorrow.
      has_schema_privilege('public'::name, s.oid, 'USAGE') AND NOT EXISTS (SELECT FROM aclexplode(s.nspacl) g
        WHERE g.privilege_type = 'USAGE' AND g.grantee = (SELECT oid FROM debezium)) AS is_by_everybody
    FROM app_schema s) u
  WHERE NOT is_usable OR (is_grantable AND is_by_everybody)
),
table_maker AS (${makersIn(question)}),
default_grant AS (
  SELECT a.defaclrole AS maker, a.defaclobjtype AS kind, a.defaclnamespace AS namespace FROM pg_default_acl a
  CROSS JOIN LATERAL aclexplode(a.defaclacl) g
  WHERE g.grantee = (SELECT oid FROM debezium)
    AND (a.defaclobjtype, g.privilege_type) IN (('r', 'SELECT'), ('n', 'USAGE'))
),
ungranting_maker AS (${isPartial ? UNGRANTING_IN_SCHEMAS : UNGRANTING_ANYWHERE})
SELECT jsonb_build_object(
  'admin', (SELECT jsonb_build_object('isSuperuser', rolsuper, 'createrole', rolcreaterole, 'createdb', rolcreatedb,
      'replication', rolreplication, 'mayCreate', has_database_privilege(current_database(), 'CREATE'),
'mayAlterRole', rolsuper OR (rolcreaterole AND coalesce((SELECT ${mayAlter} FROM debezium d), true))) FROM admin),
  'role', (SELECT jsonb_build_object('login', rolcanlogin, 'createdb', rolcreatedb, 'superuser', rolsuper,
      'replication', rolreplication OR EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
         WHERE m.member = debezium.oid AND g.rolname = 'rds_replication')) FROM debezium),
  'hasReplicationGroup', EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication'),
  'hasConnect', ${roleMay("CONNECT", "database", "current_database()")},
  'schemas', ${jsonList("nspname", "every_schema", "nspname")},
  'schemasWithoutUsage', ${jsonList("nspname", "useless_schema", "nspname")},
  'schemasOutOfReach', ${jsonList("nspname", "useless_schema WHERE NOT is_grantable", "nspname")},
  'schemasWithoutSelect', ${jsonList("DISTINCT nspname", "hidden_table")},
  'tablesWithoutSelect', (SELECT count(*) FROM hidden_table),
  'tables', (SELECT count(*) FROM app_table WHERE nspname <> '${OWN_SCHEMA}'),
  'ownersWithoutDefaults', ${isPartial ? "'[]'::jsonb" : jsonList("rolname", "ungranting_maker", "rolname")},
  'defaultsMissingInSchemas', ${isPartial ? jsonList("jsonb_build_object('owner', rolname, 'schema', nspname)", "ungranting_maker", "rolname, nspname") : "'[]'::jsonb"},
  'ownersOutOfReach', ${jsonList("DISTINCT rolname", "ungranting_maker m WHERE NOT pg_has_role(m.oid, 'USAGE')")},
  'holdsUnrecorded', to_regnamespace('${OWN_SCHEMA}') IS NULL AND EXISTS (${UNRECORDED_ROLE}),
  'hasProbeTable', to_regclass('${PROBE_TABLE}') IS NOT NULL,
  'hasSignalTable', to_regclass('${SIGNAL_TABLE}') IS NOT NULL,
  'maySignal', coalesce((SELECT has_table_privilege(d.oid, to_regclass('${SIGNAL_TABLE}'), 'INSERT') AND
    has_table_privilege(d.oid, to_regclass('${SIGNAL_TABLE}'), 'DELETE') FROM debezium d), false),
  'publication', ${publicationFacts(question)},
  'hasKeylessTables', EXISTS (SELECT FROM keyless_table),
  'tablesWithRowSecurity', ${jsonList(
    "format('%I.%I', nspname, relname)",
    `app_table t CROSS JOIN debezium d WHERE t.relrowsecurity AND NOT d.rolsuper AND NOT d.rolbypassrls
       AND (t.relforcerowsecurity OR NOT pg_has_role(d.oid, t.relowner, 'USAGE'))`,
    "nspname, relname",
  )},
  'functions', ${functionsFacts(question.functions)}
) AS facts`;
}

/** The role where it is somebody else's, or where it has rights in this database already. */
const UNRECORDED_ROLE = `SELECT FROM debezium d WHERE NOT EXISTS (SELECT FROM pg_shdescription c
      WHERE c.classoid = 'pg_authid'::regclass AND c.objoid = d.oid AND starts_with(c.description, '${MARK}'))
    OR EXISTS (SELECT FROM pg_shdepend s JOIN pg_database b ON b.datname = current_database()
      WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = d.oid
        AND (s.dbid = b.oid OR (s.classid = 'pg_database'::regclass AND s.objid = b.oid)))`;

/** In a database that is still to be made, anybody may become a maker of tables. */
function makersIn({ role, isTemplate }: FactsQuestion): string {
  const name = quoteLiteral(role);
  if (!isTemplate) return tableMakers(name);
  return `SELECT r.oid, r.rolname FROM pg_roles r
    WHERE r.rolname !~ '^pg_' AND r.rolname <> ${name} AND (r.rolcanlogin OR r.rolcreatedb)`;
}

const UNGRANTING_ANYWHERE = `
  SELECT m.oid, m.rolname FROM table_maker m
  WHERE (SELECT count(DISTINCT kind) FROM default_grant g WHERE g.maker = m.oid AND g.namespace = 0) < 2`;

const UNGRANTING_IN_SCHEMAS = `
  SELECT m.oid, m.rolname, s.nspname FROM table_maker m CROSS JOIN app_schema s
  WHERE s.nspname <> '${OWN_SCHEMA}' AND has_schema_privilege(m.oid, s.oid, 'CREATE')
    AND NOT EXISTS (SELECT FROM default_grant g WHERE g.maker = m.oid AND g.kind = 'r' AND g.namespace IN (0, s.oid))`;

function publicationFacts({ serverVersion }: FactsQuestion): string {
  const isRich = hasSchemaPublications(serverVersion);
  const hasFilters = isRich
    ? "EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND (r.prqual IS NOT NULL OR r.prattrs IS NOT NULL))"
    : "false";
  const schemas = isRich
    ? jsonList(
        "n.nspname",
        "pg_publication_namespace s JOIN every_schema n ON n.oid = s.pnnspid WHERE s.pnpubid = p.oid",
      )
    : "'[]'::jsonb";
  return `(SELECT jsonb_build_object(
       'allTables', puballtables, 'allOperations', pubinsert AND pubupdate AND pubdelete AND pubtruncate,
       'hasFilters', ${hasFilters}, 'schemas', ${schemas},
       'owner', pg_get_userbyid(pubowner), 'isReachable', pg_has_role(pubowner, 'USAGE'),
       'isOurs', EXISTS (SELECT FROM pg_description d WHERE d.objoid = p.oid AND d.classoid = 'pg_publication'::regclass
                           AND d.description LIKE '${MARK}%')) FROM publication p)`;
}
