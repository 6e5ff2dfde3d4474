import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { waitForArchived } from "./wait-for-archived.js";

/**
 * Has the server archive all that it has written so far, and waits for it. A commit is written behind
 * everything: only by a later commit can recovery know that a time has passed.
 * @returns the last file of WAL that was archived
 * @throws CdcError WAL_NOT_ARCHIVED
 */
export async function closeSegment(
  postgres: PostgresEndpoint,
  context: Context,
  update: (message: string) => void,
): Promise<string> {
  return withPostgres(postgres, "postgres", async (client) => {
    await client.query("SELECT pg_current_xact_id()");
    const { rows } = await client.query<{ file: string }>("SELECT pg_walfile_name(pg_switch_wal()) AS file");
    const file = rows[0]?.file ?? "";
    await waitForArchived(client, [file], context, update);
    return file;
  });
}
