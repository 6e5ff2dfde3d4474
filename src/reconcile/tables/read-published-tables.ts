import type { PostgresClient } from "../../clients/postgres.js";

/** A table whose changes a publication has. */
export interface PublishedTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Partitions come as their root, which has no rows of its own. */
  readonly isPartitioned: boolean;
  /** The publication's condition on rows, as SQL; null where all are published. */
  readonly rowFilter: string | null;
  /** The columns that are published. */
  readonly published: readonly string[];
  /** What Debezium makes the event's key of: the primary key, else the first unique index; empty where there is neither. */
  readonly key: readonly string[];
  readonly isReadable: boolean;
  /** PostgreSQL's own estimate. */
  readonly rows: number;
}

/*
 * Columns that only newer versions have are read through to_jsonb. Of unique indexes Debezium takes the first one that
 * JDBC tells of, by name, unless it has expressions. Generated columns are never published before version 18.
 */
const QUERY = `
SELECT c.oid::int8::float8 AS oid, n.nspname AS schema, c.relname AS name, c.relkind = 'p' AS "isPartitioned",
       to_jsonb(p) ->> 'rowfilter' AS "rowFilter",
       coalesce((
         SELECT jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND coalesce(to_jsonb(p) -> 'attnames' ? a.attname, true)
           AND (a.attgenerated = '' OR current_setting('server_version_num')::int >= 180000)), '[]') AS published,
       has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE') AS "isReadable",
       (SELECT sum(greatest(leaf.reltuples, pg_stat_get_live_tuples(leaf.oid), 0))::float8 FROM pg_class leaf
        WHERE leaf.oid = c.oid OR (c.relkind = 'p' AND leaf.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)))
         AS rows,
       coalesce((
         SELECT (SELECT jsonb_agg(a.attname ORDER BY k.place) FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1])
                   WITH ORDINALITY k (attnum, place)
                 JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)
         FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
         WHERE i.indrelid = c.oid AND (i.indisprimary OR (i.indisunique AND i.indexprs IS NULL))
         ORDER BY i.indisprimary DESC, i.indisclustered DESC, ic.relname LIMIT 1), '[]') AS key
FROM pg_publication_tables p
JOIN pg_namespace n ON n.nspname = p.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
WHERE p.pubname = $1
ORDER BY n.nspname, c.relname`;

/** The tables of a publication, the program's own among them. */
export async function readPublishedTables(
  client: PostgresClient,
  publication: string,
): Promise<readonly PublishedTable[]> {
  const { rows } = await client.query<PublishedTable>(QUERY, [publication]);
  return rows;
}

/** Why a table that was named is in no publication. */
export interface UnpublishedFacts {
  readonly schema: string;
  readonly name: string;
  /** `r` table, `p` partitioned, `v` view, … as `pg_class.relkind` has it. */
  readonly kind: string;
  readonly isUnlogged: boolean;
  /** Of a partition: the table at the root. */
  readonly root: string | null;
}

/** What PostgreSQL has by a name, with or without a schema. */
export async function findByName(
  client: PostgresClient,
  wanted: string,
): Promise<readonly UnpublishedFacts[]> {
  const { rows } = await client.query<UnpublishedFacts>(
    `SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence = 'u' AS "isUnlogged",
            CASE WHEN c.relispartition THEN (
              SELECT rn.nspname || '.' || rc.relname FROM pg_class rc JOIN pg_namespace rn ON rn.oid = rc.relnamespace
              WHERE rc.oid = pg_partition_root(c.oid)) END AS root
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND $1::text IN (c.relname, n.nspname || '.' || c.relname)
       AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     ORDER BY n.nspname`,
    [wanted],
  );
  return rows;
}
