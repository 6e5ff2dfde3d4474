import pg from "pg";

import { CdcError } from "../errors.js";
import type { PostgresEndpoint } from "./postgres.js";
import { explainTlsError, hasNoTls, type TlsFailure } from "./tls/explain-tls-error.js";

/** pg's word for a server that answers that it has no TLS. */
const NO_TLS = "The server does not support SSL connections";

/** Whether a server has no TLS at all. */
export const lacksTls = (error: unknown): boolean => error instanceof Error && error.message === NO_TLS;

/** Whether the same server may take a connection that is not encrypted: TLS failed, or `pg_hba.conf` refused it. */
export function mayTakePlain(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === "28000";
  return error instanceof Error && tlsFailureOf(error) !== undefined;
}

/** The driver's error as one of ours; whatever else was thrown as it is. */
export function translatePostgresError(
  error: unknown,
  endpoint: PostgresEndpoint,
  database: string,
): unknown {
  const where = `${endpoint.host}:${endpoint.port}`;
  if (error instanceof pg.DatabaseError) return translateServerError(error, endpoint, database);
  if (!(error instanceof Error) || error instanceof CdcError) return error;
  // The driver's own, where the server asks for a password and there is none.
  if (error.message.startsWith("SASL:")) return refused(error, endpoint);
  const tls = tlsFailureOf(error);
  if (tls !== undefined) {
    return new CdcError("POSTGRES_UNREACHABLE", `no connection to PostgreSQL at ${where}: ${tls.why}`, {
      hint: tls.hint,
      cause: error,
    });
  }
  if (!isConnectionError(error)) return error;
  const reason = error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : error.message;
  return new CdcError("POSTGRES_UNREACHABLE", `no connection to PostgreSQL at ${where}: ${reason}`, {
    hint: "cdc-pipeline status",
    cause: error,
  });
}

function translateServerError(
  error: pg.DatabaseError,
  endpoint: PostgresEndpoint,
  database: string,
): CdcError {
  const where = `${endpoint.host}:${endpoint.port}`;
  const { code = "", message } = error;
  if (code === "3D000") {
    return new CdcError(
      "DATABASE_MISSING",
      `there is no database ${pg.escapeIdentifier(database)} on ${where}`,
      {
        hint: "cdc-pipeline prepare makes it, from an SQL file where --schema names one",
        cause: error,
      },
    );
  }
  if (code.startsWith("28")) return refused(error, endpoint);
  if (code === "42501" && error.detail?.includes("CONNECT") === true) {
    const [name, user] = [database, endpoint.adminUser].map((text) => pg.escapeIdentifier(text));
    return new CdcError(
      "POSTGRES_REFUSED",
      `${endpoint.adminUser} has no right to connect to ${name} on ${where}`,
      { hint: `have its owner run: GRANT CONNECT ON DATABASE ${name} TO ${user};`, cause: error },
    );
  }
  // The server stops, or somebody ended the session.
  if (code.startsWith("57P0")) {
    return new CdcError("POSTGRES_UNREACHABLE", `PostgreSQL at ${where} ended the connection: ${message}`, {
      hint: "cdc-pipeline status",
      cause: error,
    });
  }
  return new CdcError("POSTGRES_FAILED", `PostgreSQL at ${where}: ${message} (${code})`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}

function refused(error: Error, { host, port, tls }: PostgresEndpoint): CdcError {
  const hint = refusalHint(error.message, tls === undefined || tls.mode === "disable");
  return new CdcError(
    "POSTGRES_REFUSED",
    `PostgreSQL at ${host}:${port} refused the login: ${error.message}`,
    { hint, cause: error },
  );
}

function refusalHint(message: string, isPlain: boolean): string {
  if (/client certificate|certificate authentication/.test(message)) {
    return "set postgres.certFile and postgres.keyFile to a certificate that the server takes, whose common name is the user, and its key";
  }
  if (!message.includes("pg_hba.conf")) {
    return "check postgres.adminUser and postgres.adminPassword (CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD)";
  }
  const add = "add a line for this host, user and database to the server's pg_hba.conf, and reload it";
  return isPlain && message.includes("no encryption")
    ? `set postgres.sslMode to require or verify-full if the server wants TLS; else ${add}`
    : add;
}

function tlsFailureOf(error: Error): TlsFailure | undefined {
  if (lacksTls(error)) return hasNoTls("postgres");
  const { code } = error as { readonly code?: unknown };
  return explainTlsError(
    { code: typeof code === "string" ? code : undefined, message: error.message },
    "postgres",
  );
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
