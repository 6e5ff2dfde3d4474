import { hasSqlState, type PostgresClient, quoteIdentifier } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { parseSnapshot, type TransactionSnapshot } from "./snapshot.js";

export interface OpenSnapshot extends TransactionSnapshot {
  /** By the server's clock, in milliseconds since 1970. */
  readonly takenAtMs: number;
}

interface LockedTable {
  readonly schema: string;
  readonly name: string;
}

const LOCK_TIMEOUT_MS = 30_000;

/**
 * Begins the transaction in which all rows are read; the caller ends it. The locks come before the snapshot, so that
 * no table changes its columns or is truncated behind it; they are in nobody's way but of DDL.
 * @returns undefined where one of the tables is gone; then no transaction is open
 * @throws CdcError TABLE_LOCKED, RIGHT_MISSING
 */
export async function openSnapshot(
  client: PostgresClient,
  tables: readonly LockedTable[],
): Promise<OpenSnapshot | undefined> {
  const names = tables.map(({ schema, name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  // A policy that hides rows is an error then, and no rows that Kafka has and PostgreSQL has not.
  await client.query(`SET row_security = off; SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    if (names.length > 0) await client.query(`LOCK TABLE ${names.join(", ")} IN ACCESS SHARE MODE`);
  } catch (error) {
    await client.query("ROLLBACK");
    // No such table, no such schema.
    if (hasSqlState(error, "42P01") || hasSqlState(error, "3F000")) return undefined;
    throw explain(error);
  }
  const { rows } = await client.query<{ snapshot: string; takenAtMs: number }>(
    `SELECT pg_current_snapshot()::text AS snapshot,
            floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "takenAtMs"`,
  );
  const [row = { snapshot: "", takenAtMs: 0 }] = rows;
  return { ...parseSnapshot(row.snapshot), takenAtMs: row.takenAtMs };
}

function explain(error: unknown): unknown {
  if (hasSqlState(error, "55P03")) {
    return new CdcError(
      "TABLE_LOCKED",
      `somebody holds a table so that it cannot be read, for ${LOCK_TIMEOUT_MS / 1000} s and longer`,
      {
        hint: "who: SELECT pid, query FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE mode = 'AccessExclusiveLock' AND granted;",
        cause: error,
      },
    );
  }
  if (hasSqlState(error, "42501")) {
    return new CdcError("RIGHT_MISSING", `the rows cannot be read: ${(error as Error).message}`, {
      hint: "the administrator given needs SELECT on the tables and USAGE on their schemas, or the role pg_read_all_data",
      cause: error,
    });
  }
  return error;
}
