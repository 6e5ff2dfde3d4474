import type { PostgresClient } from "../../clients/postgres.js";
import { lowBits } from "./snapshot.js";

/** Behind every commit that anybody has seen so far. */
export async function currentLsn(primary: PostgresClient): Promise<string> {
  const { rows } = await primary.query<{ lsn: string }>("SELECT pg_current_wal_insert_lsn()::text AS lsn");
  return rows[0]?.lsn ?? "0/0";
}

/**
 * The 32 bits of a transaction's number that no event has so far. A snapshot's own bound would not do: events may come
 * before their transaction is seen as ended, as when it waits for a synchronous standby. Hence a number of its own.
 */
export async function nextTransaction(primary: PostgresClient): Promise<number> {
  const { rows } = await primary.query<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
  return lowBits(rows[0]?.id ?? "0");
}
