import type { PostgresClient } from "../../clients/postgres.js";
import { readColumns } from "../columns/read-columns.js";
import type { ComparedTable } from "../tables/compared-table.js";
import { readPublishedTables } from "../tables/read-published-tables.js";

/** Whether tables are as they were looked at: the same ones, with the same columns, key and filter. */
export async function isUnchanged(
  client: PostgresClient,
  tables: readonly ComparedTable[],
  publication: string,
): Promise<boolean> {
  const oids = tables.map(({ published }) => published.oid);
  const now = new Map((await readPublishedTables(client, publication)).map((table) => [table.oid, table]));
  const columns = await readColumns(client, oids);
  return tables.every(({ published, columns: before }) => {
    const after = now.get(published.oid);
    if (after === undefined) return false;
    // The estimate of rows is no part of what a table is.
    return (
      isSame({ ...after, rows: published.rows }, published) && isSame(columns.get(published.oid), before)
    );
  });
}

/** Plain data of one making, so that its fields come in one order. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
