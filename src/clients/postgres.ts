import pg from "pg";

import { CdcError } from "../errors.js";

/** How this process reaches a PostgreSQL server as its administrator. */
export interface PostgresEndpoint {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** The database of the administrator, `mydb` by default; not an application's. */
  readonly adminDatabase: string;
}

export type PostgresClient = pg.Client;

export const quoteIdentifier = (name: string): string => pg.escapeIdentifier(name);
export const quoteLiteral = (text: string): string => pg.escapeLiteral(text);

/** Whether an error is PostgreSQL's own, with the given SQLSTATE. */
export function hasSqlState(error: unknown, sqlState: string): boolean {
  return sqlStateOf(error) === sqlState;
}

/** The SQLSTATE of an error that PostgreSQL sent, also of one that was translated. */
export function sqlStateOf(error: unknown): string | undefined {
  return postgresErrorOf(error)?.code;
}

/** PostgreSQL's own error, also behind a translated one. */
export function postgresErrorOf(error: unknown): pg.DatabaseError | undefined {
  const origin = error instanceof CdcError ? error.cause : error;
  return origin instanceof pg.DatabaseError ? origin : undefined;
}

export interface SessionOptions {
  /** `database`: a connection for replication commands instead of SQL with parameters. */
  readonly replication?: "database";
  /** Settings of the session from its first moment on, by name. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/**
 * Runs `work` with a connection that is closed afterwards, whatever happens.
 * @throws CdcError POSTGRES_UNREACHABLE, POSTGRES_REFUSED, POSTGRES_FAILED, DATABASE_MISSING
 */
export async function withPostgres<T>(
  endpoint: PostgresEndpoint,
  database: string,
  work: (client: PostgresClient) => Promise<T>,
  session?: SessionOptions,
): Promise<T> {
  const client = await openPostgres(endpoint, database, session);
  try {
    return await work(client);
  } catch (error) {
    throw translate(error, endpoint, database);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * A connection that the caller ends.
 * @throws CdcError POSTGRES_UNREACHABLE, POSTGRES_REFUSED, POSTGRES_FAILED, DATABASE_MISSING
 */
export async function openPostgres(
  endpoint: PostgresEndpoint,
  database: string,
  { replication, settings = {} }: SessionOptions = {},
): Promise<PostgresClient> {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const client = new pg.Client({
    host: endpoint.host,
    port: endpoint.port,
    user: endpoint.adminUser,
    password: endpoint.adminPassword,
    database,
    application_name: "cdc-pipeline",
    connectionTimeoutMillis: 10_000,
    ...(options.length === 0 ? {} : { options: options.join(" ") }),
    // pg passes it on; its types do not tell of it.
    ...(replication === undefined ? {} : ({ replication } as object)),
  });
  // A connection that is cut while idle emits an error; the next query reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw translate(error, endpoint, database);
  }
}

/** Runs `work` in one transaction; any error rolls everything back. */
export async function inTransaction<T>(client: PostgresClient, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const value = await work();
    await client.query("COMMIT");
    return value;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function translate(error: unknown, endpoint: PostgresEndpoint, database: string): unknown {
  const where = `${endpoint.host}:${endpoint.port}`;
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? "";
    if (code === "3D000") {
      return new CdcError(
        "DATABASE_MISSING",
        `there is no database ${quoteIdentifier(database)} on ${where}`,
        {
          hint: "cdc-pipeline prepare makes it, from an SQL file where --schema names one",
          cause: error,
        },
      );
    }
    if (code.startsWith("28")) return refused(error, where);
    if (code === "42501" && error.detail?.includes("CONNECT") === true) {
      return new CdcError(
        "POSTGRES_REFUSED",
        `${endpoint.adminUser} has no right to connect to ${quoteIdentifier(database)} on ${where}`,
        {
          hint: `have its owner run: GRANT CONNECT ON DATABASE ${quoteIdentifier(database)} TO ${quoteIdentifier(endpoint.adminUser)};`,
          cause: error,
        },
      );
    }
    // The server stops, or somebody ended the session.
    if (code.startsWith("57P0")) {
      return new CdcError(
        "POSTGRES_UNREACHABLE",
        `PostgreSQL at ${where} ended the connection: ${error.message}`,
        {
          hint: "cdc-pipeline status",
          cause: error,
        },
      );
    }
    return new CdcError("POSTGRES_FAILED", `PostgreSQL at ${where}: ${error.message} (${code})`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
  // The driver's own, where the server asks for a password and there is none.
  if (error instanceof Error && error.message.startsWith("SASL:")) return refused(error, where);
  if (isConnectionError(error)) {
    const reason = error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : error.message;
    return new CdcError("POSTGRES_UNREACHABLE", `no connection to PostgreSQL at ${where}: ${reason}`, {
      hint: "cdc-pipeline status",
      cause: error,
    });
  }
  return error;
}

function refused(error: Error, where: string): CdcError {
  return new CdcError("POSTGRES_REFUSED", `PostgreSQL at ${where} refused the login: ${error.message}`, {
    hint: error.message.includes("pg_hba.conf")
      ? "add a line for this host, user and database to the server's pg_hba.conf, and reload it"
      : "check postgres.adminUser and postgres.adminPassword (CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD)",
    cause: error,
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof CdcError) return false;
  // A host with several addresses, none of which answers: one error each.
  if (error instanceof AggregateError) return error.errors.some(isConnectionError);
  return (
    ("syscall" in error && ["connect", "read", "write", "getaddrinfo"].includes(String(error.syscall))) ||
    /connection terminated|timeout expired|connect timeout|is not queryable/i.test(error.message)
  );
}
