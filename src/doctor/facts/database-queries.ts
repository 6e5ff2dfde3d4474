import { isApplicationSchema } from "../../catalog/application-schema.js";
import { tableMakers } from "../../catalog/table-makers.js";
import { hasUsableIdentity } from "../../catalog/usable-identity.js";
import { MARK, PROBE_TABLE } from "../../stages/own-objects.js";

/*
 * $1 is Debezium's role, $2 the publication. Both queries answer on a database that has neither. Columns that
 * only newer versions have are read through to_jsonb, so that one statement serves all.
 */

export const DATABASE_QUERY = `
WITH debezium AS (SELECT * FROM pg_roles WHERE rolname = $1),
app_schema AS (SELECT * FROM pg_namespace n WHERE ${isApplicationSchema("n")}),
-- A role that reads all data needs no grant for what will be made.
table_maker AS (
  SELECT * FROM (${tableMakers("$1")}) maker
  WHERE NOT coalesce((SELECT rolsuper OR pg_has_role(oid, 'pg_read_all_data', 'USAGE') FROM debezium), false)
),
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
  'makers', coalesce((SELECT jsonb_agg(jsonb_build_object('role', m.rolname,
      'schemasWithoutDefaults', coalesce((SELECT jsonb_agg(s.nspname ORDER BY s.nspname) FROM app_schema s
        WHERE NOT EXISTS (SELECT FROM default_grant g
                          WHERE g.maker = m.oid AND g.kind = 'r' AND g.namespace IN (0, s.oid))), '[]'),
      'hasTableDefaults', EXISTS (SELECT FROM default_grant g WHERE g.maker = m.oid AND g.kind = 'r' AND g.namespace = 0),
      'hasSchemaDefaults', EXISTS (SELECT FROM default_grant g WHERE g.maker = m.oid AND g.kind = 'n'))
    ORDER BY m.rolname) FROM table_maker m), '[]'),
  'hasProbeTable', to_regclass('${PROBE_TABLE}') IS NOT NULL,
  -- There may be millions, and more than a few are not counted.
  'largeObjects', (SELECT count(*) FROM (SELECT FROM pg_largeobject_metadata LIMIT 10001) o)
) AS facts
FROM pg_database d WHERE d.datname = current_database()`;

export const TABLES_QUERY = `
WITH debezium AS (SELECT * FROM pg_roles WHERE rolname = $1),
publication AS (SELECT p.*, coalesce(to_jsonb(p) ->> 'pubgencols', '') = 's' AS has_stored_columns FROM pg_publication p WHERE pubname = $2),
-- The function opens every table; where all are published it is not needed, nor waits for a lock.
listed AS MATERIALIZED (
  SELECT g.relid FROM publication p CROSS JOIN LATERAL pg_get_publication_tables(p.pubname) g WHERE NOT p.puballtables
),
filtered AS (
  SELECT r.prrelid FROM pg_publication_rel r JOIN publication p ON p.oid = r.prpubid
  WHERE to_jsonb(r) ->> 'prqual' IS NOT NULL OR to_jsonb(r) ->> 'prattrs' IS NOT NULL
),
generated AS (
  SELECT attrelid, jsonb_agg(attname ORDER BY attnum) AS columns FROM pg_attribute
  WHERE attnum > 0 AND NOT attisdropped AND attgenerated <> ''
    AND NOT (attgenerated = 's' AND coalesce((SELECT has_stored_columns FROM publication), false))
  GROUP BY attrelid
),
-- What REPLICA IDENTITY USING INDEX takes: unique, whole, immediate, on plain columns that are all NOT NULL.
candidate AS (
  SELECT DISTINCT ON (i.indrelid) i.indrelid, quote_ident(c.relname) AS name
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
  WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND m.amname = 'btree'
    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND NOT a.attnotnull
                    AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
  ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, c.relname
),
-- Tables of which the role sees every row: the one policy lets all rows be read, and none takes rows away.
open_table AS (
  SELECT p.polrelid FROM pg_policy p CROSS JOIN debezium d
  WHERE p.polcmd IN ('r', '*')
    AND EXISTS (SELECT FROM unnest(p.polroles) r WHERE r = 0 OR pg_has_role(d.oid, r, 'USAGE'))
  GROUP BY p.polrelid
  HAVING bool_and(p.polpermissive) AND bool_or(pg_get_expr(p.polqual, p.polrelid) = 'true')
)
SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS "qualifiedName",
       pg_get_userbyid(c.relowner) AS owner,
       CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
       c.relpersistence = 'u' AS "isUnlogged", c.relispartition AS "isPartition",
       (SELECT format('%I.%I', rn.nspname, rc.relname) FROM pg_class rc JOIN pg_namespace rn ON rn.oid = rc.relnamespace
        WHERE c.relispartition AND rc.oid = pg_partition_root(c.oid)) AS root,
       c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid) AS "hasChildren",
       CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'default' END AS identity,
       ${hasUsableIdentity("c")} AS "hasUsableIdentity",
       k.indrelid IS NOT NULL AS "hasPrimaryKey", coalesce(NOT k.indimmediate, false) AS "isKeyDeferrable",
       candidate.name AS "identityCandidate",
       pg_stat_get_tuples_updated(c.oid)::float8 AS updates, pg_stat_get_tuples_deleted(c.oid)::float8 AS deletes,
       greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::float8 AS rows,
       -- An estimate, in chunks of 1,996 bytes: to ask for the size would wait for a table that is locked.
       coalesce(greatest(pg_stat_get_live_tuples(t.oid) * 1996, t.reltuples * 1996, 0), 0)::float8 AS "toastBytes",
       coalesce(generated.columns, '[]') AS "generatedColumns",
       -- A table's owner is not bound by its row security unless it is forced.
       c.relrowsecurity AND o.polrelid IS NULL AND coalesce((SELECT NOT (d.rolsuper OR d.rolbypassrls
          OR (NOT c.relforcerowsecurity AND pg_has_role(d.oid, c.relowner, 'USAGE'))) FROM debezium d), true) AS "isRowSecured",
       coalesce((SELECT has_table_privilege(d.oid, c.oid, 'SELECT') FROM debezium d), false) AS "hasSelect",
       c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND coalesce((SELECT puballtables FROM publication)
          OR listed.relid IS NOT NULL
          OR (c.relispartition AND EXISTS (SELECT FROM pg_partition_ancestors(c.oid) a JOIN listed l ON l.relid = a.relid)),
          false) AS "isPublished",
       filtered.prrelid IS NOT NULL AS "isFiltered"
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary
LEFT JOIN listed ON listed.relid = c.oid
LEFT JOIN filtered ON filtered.prrelid = c.oid
LEFT JOIN generated ON generated.attrelid = c.oid
LEFT JOIN candidate ON candidate.indrelid = c.oid
LEFT JOIN open_table o ON o.polrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND c.relpersistence <> 't' AND ${isApplicationSchema("n")}
ORDER BY pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) DESC, n.nspname, c.relname`;
