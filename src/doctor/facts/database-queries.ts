import { isApplicationSchema } from "../../catalog/application-schema.js";
import { tableMakers } from "../../catalog/table-makers.js";
import { hasUsableIdentity } from "../../catalog/usable-identity.js";
import { MARK, PROBE_TABLE } from "../../stages/own-objects.js";

/* $1 is Debezium's role, $2 the publication. Both queries answer on a database that has neither. */

export const DATABASE_QUERY = `
WITH debezium AS (SELECT * FROM pg_roles WHERE rolname = $1),
app_schema AS (SELECT * FROM pg_namespace n WHERE ${isApplicationSchema("n")}),
table_maker AS (${tableMakers("$1")}),
default_grant AS (
  SELECT a.defaclrole AS maker, a.defaclobjtype AS kind, a.defaclnamespace AS namespace FROM pg_default_acl a
  CROSS JOIN LATERAL aclexplode(a.defaclacl) g
  WHERE g.grantee IN (0, (SELECT oid FROM debezium))
    AND (a.defaclobjtype, g.privilege_type) IN (('r', 'SELECT'), ('n', 'USAGE'))
)
SELECT jsonb_build_object(
  'name', current_database(), 'encoding', pg_encoding_to_char(d.encoding), 'isTemplate', d.datistemplate,
  'owner', pg_get_userbyid(d.datdba),
  'hasConnect', coalesce((SELECT has_database_privilege(oid, current_database(), 'CONNECT') FROM debezium), false),
  'schemas', coalesce((SELECT jsonb_agg(jsonb_build_object('name', nspname,
      'hasUsage', coalesce((SELECT has_schema_privilege(r.oid, s.oid, 'USAGE') FROM debezium r), false)) ORDER BY nspname)
    FROM app_schema s), '[]'),
  'publication', (SELECT jsonb_build_object('owner', pg_get_userbyid(pubowner), 'isForAllTables', puballtables,
      'isViaRoot', pubviaroot, 'missingOperations', array_remove(ARRAY[CASE WHEN NOT pubinsert THEN 'insert' END,
        CASE WHEN NOT pubupdate THEN 'update' END, CASE WHEN NOT pubdelete THEN 'delete' END,
        CASE WHEN NOT pubtruncate THEN 'truncate' END], NULL),
      'isOurs', coalesce(obj_description(p.oid, 'pg_publication') LIKE '${MARK}%', false))
    FROM pg_publication p WHERE pubname = $2),
  -- A schema's own default privileges count where every schema of the application has them.
  'makersWithoutDefaults', coalesce((SELECT jsonb_agg(m.rolname ORDER BY m.rolname) FROM table_maker m
    WHERE NOT EXISTS (SELECT FROM default_grant g WHERE g.maker = m.oid AND g.kind = 'r' AND g.namespace = 0)
      AND EXISTS (SELECT FROM app_schema s WHERE NOT EXISTS (SELECT FROM default_grant g
                  WHERE g.maker = m.oid AND g.kind = 'r' AND g.namespace = s.oid))), '[]'),
  'hasProbeTable', to_regclass('${PROBE_TABLE}') IS NOT NULL,
  'largeObjects', (SELECT count(*) FROM pg_largeobject_metadata)
) AS facts
FROM pg_database d WHERE d.datname = current_database()`;

export const TABLES_QUERY = `
WITH debezium AS (SELECT * FROM pg_roles WHERE rolname = $1),
published AS (
  SELECT g.relid FROM pg_publication p CROSS JOIN LATERAL pg_get_publication_tables(p.pubname) g WHERE p.pubname = $2
),
filtered AS (
  SELECT r.prrelid FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
  WHERE p.pubname = $2 AND (to_jsonb(r) ->> 'prqual' IS NOT NULL OR to_jsonb(r) ->> 'prattrs' IS NOT NULL)
),
toastable AS (
  SELECT attrelid, count(*) AS columns FROM pg_attribute
  WHERE attnum > 0 AND NOT attisdropped AND attstorage IN ('x', 'e', 'm') GROUP BY attrelid
),
generated AS (
  SELECT attrelid, jsonb_agg(attname ORDER BY attnum) AS columns FROM pg_attribute
  WHERE attnum > 0 AND NOT attisdropped AND attgenerated <> '' GROUP BY attrelid
),
-- What REPLICA IDENTITY USING INDEX takes: unique, whole, immediate, on plain columns that are all NOT NULL.
candidate AS (
  SELECT DISTINCT ON (i.indrelid) i.indrelid, quote_ident(c.relname) AS name
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) k
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k] WHERE NOT a.attnotnull)
  ORDER BY i.indrelid, i.indisprimary DESC, c.relname
)
SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS "qualifiedName",
       pg_get_userbyid(c.relowner) AS owner,
       CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
       c.relpersistence = 'u' AS "isUnlogged", c.relispartition AS "isPartition",
       CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'default' END AS identity,
       ${hasUsableIdentity("c")} AS "hasUsableIdentity",
       k.indrelid IS NOT NULL AS "hasPrimaryKey", coalesce(NOT k.indimmediate, false) AS "isKeyDeferrable",
       candidate.name AS "identityCandidate",
       coalesce(s.n_tup_upd, 0)::float8 AS updates, coalesce(s.n_tup_del, 0)::float8 AS deletes,
       greatest(c.reltuples, s.n_live_tup, 0)::float8 AS rows,
       CASE WHEN c.reltoastrelid = 0 THEN 0 ELSE pg_relation_size(c.reltoastrelid) END::float8 AS "toastBytes",
       coalesce(generated.columns, '[]') AS "generatedColumns",
       coalesce(toastable.columns, 0)::int AS "toastableColumns",
       -- A table's owner is not bound by its row security unless it is forced.
       c.relrowsecurity AND coalesce((SELECT NOT (d.rolsuper OR d.rolbypassrls
          OR (NOT c.relforcerowsecurity AND pg_has_role(d.oid, c.relowner, 'USAGE'))) FROM debezium d), true) AS "isRowSecured",
       coalesce((SELECT has_table_privilege(d.oid, c.oid, 'SELECT') FROM debezium d), false) AS "hasSelect",
       published.relid IS NOT NULL AS "isPublished", filtered.prrelid IS NOT NULL AS "isFiltered"
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary
LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
LEFT JOIN published ON published.relid = c.oid
LEFT JOIN filtered ON filtered.prrelid = c.oid
LEFT JOIN toastable ON toastable.attrelid = c.oid
LEFT JOIN generated ON generated.attrelid = c.oid
LEFT JOIN candidate ON candidate.indrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND c.relpersistence <> 't' AND ${isApplicationSchema("n")}
ORDER BY coalesce(s.n_tup_upd, 0) + coalesce(s.n_tup_del, 0) DESC, n.nspname, c.relname`;
