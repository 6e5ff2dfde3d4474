import { Socket } from "node:net";

import pg from "pg";

import { CdcError } from "../errors.js";
import { lacksTls, mayTakePlain, translatePostgresError } from "./postgres-failure.js";
import { type PostgresTls, type PostgresWay, waysToConnect } from "./postgres-tls.js";

/** How this process reaches a PostgreSQL server as its administrator. */
export interface PostgresEndpoint {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** The database of the administrator, `mydb` by default; not an application's. */
  readonly adminDatabase: string;
  /** Without it, nothing is encrypted. */
  readonly tls?: PostgresTls;
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
    throw translatePostgresError(error, endpoint, database);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Of `prefer`: the servers that were found to have no TLS, so that each is asked once only. */
const withoutTls = new Set<string>();

/**
 * A connection that the caller ends.
 * @throws CdcError POSTGRES_UNREACHABLE, POSTGRES_REFUSED, POSTGRES_FAILED, DATABASE_MISSING
 */
export async function openPostgres(
  endpoint: PostgresEndpoint,
  database: string,
  session: SessionOptions = {},
): Promise<PostgresClient> {
  const where = `${endpoint.host}:${endpoint.port}`;
  const ways = waysToConnect(endpoint.host, endpoint.tls);
  const [best, ...others] = withoutTls.has(where) ? ways.toReversed() : ways;
  try {
    return await connect(endpoint, database, session, best ?? false);
  } catch (error) {
    const [other] = others;
    if (other === undefined || !mayTakePlain(error)) throw translatePostgresError(error, endpoint, database);
    try {
      const client = await connect(endpoint, database, session, other);
      if (lacksTls(error)) withoutTls.add(where);
      return client;
    } catch (second) {
      // What became of the better way says more, unless there is none.
      throw translatePostgresError(lacksTls(error) ? second : error, endpoint, database);
    }
  }
}

async function connect(
  endpoint: PostgresEndpoint,
  database: string,
  { replication, settings = {} }: SessionOptions,
  ssl: PostgresWay,
): Promise<PostgresClient> {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const socket = new Socket();
  const client = new pg.Client({
    stream: () => socket,
    host: endpoint.host,
    port: endpoint.port,
    user: endpoint.adminUser,
    password: endpoint.adminPassword,
    database,
    ssl,
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
    // Not `client.end()`: it may wait for ever where TLS broke off.
    socket.destroy();
    throw error;
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
