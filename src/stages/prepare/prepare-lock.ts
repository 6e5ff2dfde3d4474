import { inTransaction, type PostgresClient } from "../../clients/postgres.js";

/** Runs `work` in a transaction of its own that no other run can be in at the same time in this database. */
export function underPrepareLock<T>(client: PostgresClient, work: () => Promise<T>): Promise<T> {
  return inTransaction(client, async () => {
    await client.query("SELECT pg_advisory_xact_lock(hashtext('cdc-pipeline prepare'))");
    return work();
  });
}
