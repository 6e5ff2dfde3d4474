import { heldRights } from "../../../catalog/held-rights.js";
import { hasSchemaPublications } from "../../../catalog/schema-publications.js";
import { catalogParts, type FactsQuestion } from "./catalog-parts.js";
import { jsonList } from "./json-list.js";

/** What is asked of a database where not simply all tables are published, or not all of them can be. */
export function detailsQuery(question: FactsQuestion): string {
  return `
WITH ${catalogParts(question)},
unpublished_table AS (
  SELECT t.* FROM app_table t
  WHERE t.relpersistence = 'p' AND NOT t.relispartition AND NOT ${isPublished("t", question)}
)
SELECT jsonb_build_object(
  'slots', ${jsonList("slot_name", "pg_replication_slots WHERE database = current_database() AND slot_type = 'logical'", "slot_name")},
  'tablesOutOfReach', ${jsonList(
    "jsonb_build_object('table', format('%I.%I', nspname, relname), 'owner', pg_get_userbyid(relowner))",
    `(SELECT nspname, relname, relowner FROM hidden_table UNION SELECT nspname, relname, relowner FROM unpublished_table) t
       WHERE NOT pg_has_role(relowner, 'USAGE')`,
    "nspname, relname",
  )},
  'unpublishedTables', ${jsonList("format('%I.%I', nspname, relname)", "unpublished_table", "nspname, relname")},
  'held', ${jsonList("held", `(${heldRights(question.role)}) h`, "held")},
  'tablesWithoutIdentity', ${jsonList("to_jsonb(i) - 'nspname' - 'relname'", `(${identities(question)}) i`, "changes DESC, nspname, relname")}
) AS facts`;
}

function isPublished(table: string, { serverVersion }: FactsQuestion): string {
  const bySchema = hasSchemaPublications(serverVersion)
    ? `OR EXISTS (SELECT FROM pg_publication_namespace s WHERE s.pnpubid = p.oid AND s.pnnspid = ${table}.relnamespace)`
    : "";
  return `EXISTS (SELECT FROM publication p WHERE p.puballtables
     OR EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND (r.prrelid = ${table}.oid
          OR (${table}.relispartition AND r.prrelid IN (SELECT a.relid FROM pg_partition_ancestors(${table}.oid) a))))
     ${bySchema})`;
}

/** Why each table's identity is of no use, and an index that could be one. */
const identities = (question: FactsQuestion): string => `
  SELECT t.nspname, t.relname, format('%I.%I', t.nspname, t.relname) AS "table",
    CASE WHEN t.relreplident = 'n' THEN 'REPLICA IDENTITY NOTHING'
         WHEN t.relreplident = 'i' THEN 'the index of its replica identity is gone'
         WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND NOT i.indimmediate)
           THEN 'its primary key is deferrable'
         ELSE 'no primary key' END AS reason,
    quote_ident(x.relname) AS index, coalesce(x.indisprimary, false) AS "isPrimary",
    pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid) AS changes,
    ${isPublished("t", question)} AS "isPublished"
  FROM keyless_table t LEFT JOIN LATERAL (
    SELECT c.relname, i.indisprimary FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
      AND i.indpred IS NULL AND i.indexprs IS NULL
      AND NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = i.indexrelid AND a.attnum <= i.indnkeyatts AND NOT EXISTS (
                        SELECT FROM pg_attribute b WHERE b.attrelid = t.oid AND b.attnum = i.indkey[a.attnum - 1] AND b.attnotnull))
    ORDER BY i.indisprimary DESC, i.indnkeyatts, c.relname LIMIT 1) x ON true`;
