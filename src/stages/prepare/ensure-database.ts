import { basename } from "node:path";

import { loadSql } from "../../clients/load-sql.js";
import {
  hasSqlState,
  type PostgresClient,
  type PostgresEndpoint,
  quoteIdentifier,
  withPostgres,
} from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { checkDatabaseName } from "../../names.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { parseSqlFile, readSqlFile } from "../../sql/sql-file.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { withDatabaseDraft } from "./database-draft.js";

export interface DatabaseWish {
  readonly database: string;
  /** The SQL file to fill a new database with; without one it stays empty. */
  readonly schemaFile?: string | undefined;
  /** Whether the user named that file on the command line, and so expects to hear of it. */
  readonly isSchemaAsked?: boolean;
  /** Whether a missing database may be made though no SQL file was given: on servers that are ours. */
  readonly mayCreateEmpty: boolean;
}

/**
 * Makes a missing database. It is filled under a name of its own and gets its real name when it is whole:
 * a run that is killed leaves no half-filled database behind, and an existing one is never touched.
 * @throws CdcError DATABASE_MISSING, SCHEMA_UNREADABLE, SCHEMA_UNSUPPORTED, SCHEMA_FAILED
 */
export async function ensureDatabase(
  endpoint: PostgresEndpoint,
  wish: DatabaseWish,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const { database, schemaFile } = wish;
  checkDatabaseName(database);
  const { adminDatabase } = endpoint;
  return withPostgres(endpoint, adminDatabase, async (admin) => {
    if (await databaseExists(admin, database)) {
      return existingDatabase(wish);
    }
    if (schemaFile === undefined && !wish.mayCreateEmpty) throw databaseMissing(endpoint, database);
    // Read first: nothing is made for a file that cannot be run.
    const statements =
      schemaFile === undefined ? [] : parseSqlFile(await readSqlFile(schemaFile), schemaFile);
    await lockName(admin, database, context, update);
    const meanwhile = outcome("unchanged", "made by another run meanwhile");
    if (await databaseExists(admin, database)) return meanwhile;
    const onProgress = (done: number, total: number) => update(`${done} of ${total} statements`);
    try {
      await withDatabaseDraft(admin, database, (draft) =>
        withPostgres(endpoint, draft, async (client) => {
          await loadSql(client, statements, { signal: context.signal, onProgress });
        }),
      );
    } catch (error) {
      // By the first it was there already, by the second it came in this very moment.
      if (hasSqlState(error, "42P04") || hasSqlState(error, "23505")) return meanwhile;
      throw error;
    }
    return outcome(
      "created",
      schemaFile === undefined ? "empty" : `${statements.length} statements of ${basename(schemaFile)}`,
    );
  });
}

/** One that is there is left as it is, whatever file was named. */
export function existingDatabase({ isSchemaAsked }: DatabaseWish): StepOutcome<void> {
  return outcome("unchanged", isSchemaAsked === true ? "exists; the SQL file was not loaded" : undefined);
}

export function databaseMissing({ host, port }: PostgresEndpoint, database: string): CdcError {
  return new CdcError(
    "DATABASE_MISSING",
    `there is no database ${quoteIdentifier(database)} on ${host}:${port}`,
    {
      hint: "create it, or give an SQL file to make it from: --schema FILE",
    },
  );
}

async function databaseExists(admin: PostgresClient, database: string): Promise<boolean> {
  const { rowCount } = await admin.query("SELECT FROM pg_database WHERE datname = $1", [database]);
  return rowCount !== 0;
}

/** Until `admin` is closed, no other run makes this database. */
async function lockName(
  admin: PostgresClient,
  database: string,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    intervalMs: 50,
    ...context,
    onReason: update,
    probe: async () => {
      const { rows } = await admin.query<{ isLocked: boolean }>(
        `SELECT pg_try_advisory_lock(hashtext($1)) AS "isLocked"`,
        [`cdc-pipeline database ${database}`],
      );
      return rows[0]?.isLocked === true ? ready(undefined) : notYet("another run is making it");
    },
    onTimeout: (reason) =>
      new CdcError("LOCKED", `database ${database}: ${reason}`, { hint: "run this again" }),
  });
}
