import { isApplicationSchema } from "../../catalog/application-schema.js";
import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { foreseenError } from "../../errors.js";

/** Only where the publication has partitions come as their root; else they are captured by themselves. */
const PARTITIONS = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relispartition AND c.relkind IN ('r', 'p') AND ${isApplicationSchema("n")}
    AND EXISTS (SELECT FROM pg_publication WHERE pubname = $1 AND pubviaroot) ORDER BY 1`;

/**
 * The partitions of a database, as Debezium calls tables. Registering asks nothing else of PostgreSQL, so
 * where it cannot be asked that is said, and nothing more.
 */
export async function findPartitions(
  endpoint: PostgresEndpoint,
  database: string,
  publication: string,
  context: Context,
): Promise<readonly string[]> {
  try {
    return await withPostgres(endpoint, database, async (client) => {
      const { rows } = await client.query<{ name: string }>(PARTITIONS, [publication]);
      return rows.map(({ name }) => name);
    });
  } catch (error) {
    const { message } = foreseenError(error, context.signal);
    context.report({
      type: "notice",
      message: `in ${database}, the snapshot may read partitions twice, as their table's and as their own: ${message}`,
    });
    return [];
  }
}
