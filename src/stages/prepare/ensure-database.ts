import { loadSql } from "../../clients/load-sql.js";
import {
  hasSqlState,
  type PostgresClient,
  type PostgresEndpoint,
  quoteIdentifier,
  quoteLiteral,
  withPostgres,
} from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { MARK } from "../own-objects.js";
import { outcome, type StepOutcome } from "../run-stage.js";
import { parseSqlFile, readSqlFile } from "./sql-file.js";

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
  signal: AbortSignal,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const { database, schemaFile } = wish;
  checkName(database);
  const { adminDatabase } = endpoint;
  return withPostgres(endpoint, adminDatabase, async (admin) => {
    if (await databaseExists(admin, database)) {
      return outcome(
        "unchanged",
        wish.isSchemaAsked === true ? "exists; the SQL file was not loaded" : undefined,
      );
    }
    if (schemaFile === undefined && !wish.mayCreateEmpty) {
      throw new CdcError(
        "DATABASE_MISSING",
        `there is no database ${quoteIdentifier(database)} on ${endpoint.host}:${endpoint.port}`,
        {
          hint: "create it, or give an SQL file to make it from: --schema FILE",
        },
      );
    }
    // Read first: nothing is made for a file that cannot be run.
    const statements =
      schemaFile === undefined ? [] : parseSqlFile(await readSqlFile(schemaFile), schemaFile);
    const draft = `cdc_pipeline_draft_${crypto.randomUUID()}`;
    await removeDrafts(admin, database);
    await admin.query(`CREATE DATABASE ${quoteIdentifier(draft)}`);
    try {
      await admin.query(
        `COMMENT ON DATABASE ${quoteIdentifier(draft)} IS ${quoteLiteral(draftMark(database))}`,
      );
      await withPostgres(endpoint, draft, (client) =>
        loadSql(client, statements, {
          signal,
          onProgress: (done, total) => update(`${done} of ${total} statements`),
        }),
      );
      await rename(admin, draft, database);
    } catch (error) {
      await admin
        .query(`DROP DATABASE IF EXISTS ${quoteIdentifier(draft)} WITH (FORCE)`)
        .catch(() => undefined);
      if (hasSqlState(error, "42P04")) return outcome("unchanged", "made by another run meanwhile");
      throw error;
    }
    return outcome(
      "created",
      schemaFile === undefined ? "empty" : `${statements.length} statements of ${schemaFile}`,
    );
  });
}

async function databaseExists(admin: PostgresClient, database: string): Promise<boolean> {
  const { rowCount } = await admin.query("SELECT FROM pg_database WHERE datname = $1", [database]);
  return rowCount !== 0;
}

const draftMark = (database: string): string => `${MARK}: draft of ${database}`;

/** Drafts that a killed run left behind; one that somebody is connected to is still being filled. */
async function removeDrafts(admin: PostgresClient, database: string): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database d WHERE shobj_description(oid, 'pg_database') = $1
       AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`,
    [draftMark(database)],
  );
  for (const { datname } of rows) await admin.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(datname)}`);
}

async function rename(admin: PostgresClient, draft: string, database: string): Promise<void> {
  await admin.query(`ALTER DATABASE ${quoteIdentifier(draft)} RENAME TO ${quoteIdentifier(database)}`);
  await admin.query(`COMMENT ON DATABASE ${quoteIdentifier(database)} IS ${quoteLiteral(MARK)}`);
}

function checkName(database: string): void {
  const bytes = Buffer.byteLength(database);
  if (bytes >= 1 && bytes <= 63 && !database.includes("\0")) return;
  throw new CdcError("DATABASE_NAME_INVALID", `a database's name has 1 to 63 bytes; this one has ${bytes}`, {
    hint: "use a shorter name",
  });
}
