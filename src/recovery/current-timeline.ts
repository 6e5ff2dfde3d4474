import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";

/** The timeline that a running server writes. */
export async function currentTimeline(postgres: PostgresEndpoint): Promise<number> {
  return withPostgres(postgres, "postgres", async (client) => {
    const { rows } = await client.query<{ timeline: string }>(
      "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline",
    );
    return parseInt(rows[0]?.timeline ?? "", 16);
  });
}
