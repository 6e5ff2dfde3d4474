import { type PostgresEndpoint, quoteIdentifier, withPostgres } from "../clients/postgres.js";
import { CdcError } from "../errors.js";
import type { DatabaseNames } from "../names.js";
import type { TableName } from "./table-name.js";

/**
 * Why no event of a table can come: there is no such table, or it is not published. Undefined where it is, or where
 * PostgreSQL cannot be asked.
 */
export async function findUnpublished(
  endpoint: PostgresEndpoint,
  { database }: DatabaseNames,
  { schema, name }: TableName,
  publication: string,
  cause: CdcError,
): Promise<CdcError | undefined> {
  const { exists, isPublished } = await withPostgres(endpoint, database, async (client) => {
    const { rows } = await client.query<{ exists: boolean; isPublished: boolean }>(
      `SELECT to_regclass($1) IS NOT NULL AS "exists",
              EXISTS (SELECT FROM pg_publication_tables
                       WHERE pubname = $2 AND schemaname = $3 AND tablename = $4) AS "isPublished"`,
      [`${quoteIdentifier(schema)}.${quoteIdentifier(name)}`, publication, schema, name],
    );
    return rows[0] ?? { exists: true, isPublished: true };
  }).catch(() => ({ exists: true, isPublished: true }));
  if (isPublished) return undefined;
  const reason = exists
    ? `the table is not in the publication ${publication}`
    : `there is no table ${schema}.${name} in ${database}`;
  return new CdcError("EVENT_NOT_SEEN", `${cause.message}; ${reason}`, {
    hint: exists
      ? "is its schema among those of withCapturedSchemas?"
      : 'name schema and table as PostgreSQL does: "public.products"',
    cause,
  });
}
