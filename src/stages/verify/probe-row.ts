import { hasSqlState, type PostgresClient } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { PROBE_TABLE } from "../own-objects.js";

/**
 * Runs `work` while a row with a token of its own is in the probe table of the database `name`; the row is
 * removed again, whatever happens.
 * @throws CdcError NOT_PREPARED
 */
export async function withProbeRow<T>(
  database: PostgresClient,
  name: string,
  work: (token: string, committedAtMs: number) => Promise<T>,
): Promise<T> {
  const token = crypto.randomUUID();
  try {
    await database.query(`INSERT INTO ${PROBE_TABLE} (token) VALUES ($1)`, [token]);
  } catch (error) {
    if (!hasSqlState(error, "42P01") && !hasSqlState(error, "3F000")) throw error;
    throw new CdcError("NOT_PREPARED", `${name} has no probe table ${PROBE_TABLE}`, {
      hint: `cdc-pipeline prepare ${name}`,
      cause: error,
    });
  }
  try {
    return await work(token, performance.now());
  } finally {
    // With it go rows that a killed run left behind.
    await database.query(
      `DELETE FROM ${PROBE_TABLE} WHERE token = $1 OR inserted_at < now() - interval '1 hour'`,
      [token],
    );
  }
}
