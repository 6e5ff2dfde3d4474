import type { PostgresClient } from "../../../clients/postgres.js";
import type { ReplicaIdentity } from "../probe.js";

export interface TableColumn {
  readonly name: string;
  /** As `format_type` writes it, without the modifier: `integer`, `character varying`. */
  readonly type: string;
  /** As it is written in SQL, a domain as such, with its modifier. */
  readonly sqlType: string;
  readonly isNotNull: boolean;
  readonly hasDefault: boolean;
  /** `a` GENERATED ALWAYS AS IDENTITY, `d` BY DEFAULT, empty for none. */
  readonly identity: string;
  /** GENERATED ALWAYS AS (expression) */
  readonly isGenerated: boolean;
  /** Whether the replica identity, or else the primary key, has it. */
  readonly isKey: boolean;
}

export interface TableInDatabase {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** `r` a table, `p` one with partitions, `v` a view, … */
  readonly kind: string;
  readonly replicaIdentity: ReplicaIdentity;
  readonly columns: readonly TableColumn[];
  /** The application's own triggers that a row's insert or delete fires. */
  readonly triggers: readonly string[];
}

/** The tables of that name: of `schema.table`, or of a name alone in any schema that is not PostgreSQL's own. */
export async function findTables(client: PostgresClient, name: string): Promise<TableInDatabase[]> {
  const { rows } = await client.query<TableInDatabase>(FIND_TABLES, [name]);
  return rows;
}

const FIND_TABLES = `
  SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind,
         CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'nothing' END
           AS "replicaIdentity",
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
             'name', a.attname,
             'type', format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), NULL),
             'sqlType', format_type(a.atttypid, a.atttypmod),
             'isNotNull', a.attnotnull,
             'hasDefault', a.atthasdef OR t.typdefault IS NOT NULL,
             'identity', a.attidentity,
             'isGenerated', a.attgenerated <> '',
             'isKey', coalesce(a.attnum = ANY (k.indkey), false)) ORDER BY a.attnum), '[]')
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
         (SELECT coalesce(jsonb_agg(g.tgname ORDER BY g.tgname), '[]') FROM pg_trigger g
          WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
            AND (g.tgtype & 12) <> 0) AS triggers
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN LATERAL (
    SELECT string_to_array(i.indkey::text, ' ')::int2[] AS indkey FROM pg_index i
    WHERE i.indrelid = c.oid AND i.indisvalid
      AND (i.indisprimary OR (c.relreplident = 'i' AND i.indisreplident))
    ORDER BY (c.relreplident = 'i' AND i.indisreplident) DESC LIMIT 1) k ON true
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (n.nspname || '.' || c.relname = $1 OR c.relname = $1)
  ORDER BY n.nspname || '.' || c.relname = $1 DESC, 2, 3`;
