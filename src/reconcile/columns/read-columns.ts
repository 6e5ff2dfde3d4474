import type { PostgresClient } from "../../clients/postgres.js";
import type { ColumnFacts } from "./column-codec.js";

/**
 * A domain's base type is found through all domains below it, and the innermost length or scale counts. `name`,
 * `point` and `int2vector` have an element type too: only what that type calls its array is one.
 */
const COLUMNS_QUERY = `
WITH RECURSIVE resolved AS (
  SELECT a.attrelid, a.attnum, a.attname, a.attnotnull, a.attstorage, a.attgenerated,
    t.oid AS type, t.typtype, t.typbasetype, t.typtypmod, a.atttypmod AS modifier, t.typtype = 'd' AS is_domain
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT r.attrelid, r.attnum, r.attname, r.attnotnull, r.attstorage, r.attgenerated,
    t.oid, t.typtype, t.typbasetype, t.typtypmod, r.typtypmod, true
  FROM resolved r JOIN pg_type t ON t.oid = r.typbasetype
  WHERE r.typtype = 'd'
)
SELECT r.attrelid AS table_oid, r.attname AS name, n.nspname AS type_schema, e.typname AS type_name,
  e.typtype AS kind, e.typcategory AS category, a.oid IS NOT NULL AS is_array, r.is_domain, r.modifier,
  NOT r.attnotnull AS is_nullable, r.attstorage <> 'p' AS can_be_toasted, r.attgenerated <> '' AS is_generated
FROM resolved r
JOIN pg_type t ON t.oid = r.type
LEFT JOIN pg_type a ON a.typarray = t.oid
JOIN pg_type e ON e.oid = coalesce(a.oid, t.oid)
JOIN pg_namespace n ON n.oid = e.typnamespace
WHERE r.typtype <> 'd'
ORDER BY r.attrelid, r.attnum`;

interface ColumnRow {
  readonly table_oid: number;
  readonly name: string;
  readonly type_schema: string;
  readonly type_name: string;
  readonly kind: string;
  readonly category: string;
  readonly is_array: boolean;
  readonly is_domain: boolean;
  readonly modifier: number;
  readonly is_nullable: boolean;
  readonly can_be_toasted: boolean;
  readonly is_generated: boolean;
}

/** The columns of tables, by the tables' oids, in the order of their definition; one query. */
export async function readColumns(
  client: PostgresClient,
  oids: readonly number[],
): Promise<Map<number, ColumnFacts[]>> {
  const { rows } = await client.query<ColumnRow>(COLUMNS_QUERY, [oids]);
  const columns = new Map<number, ColumnFacts[]>(oids.map((oid) => [oid, []]));
  for (const row of rows) {
    columns.get(row.table_oid)?.push({
      name: row.name,
      type: {
        schema: row.type_schema,
        name: row.type_name,
        kind: row.kind,
        category: row.category,
        isArray: row.is_array,
        isDomain: row.is_domain,
        modifier: row.modifier,
      },
      isNullable: row.is_nullable,
      canBeToasted: row.can_be_toasted,
      isGenerated: row.is_generated,
    });
  }
  return columns;
}
