import type { PostgresMajor } from "./postgres-versions.js";

/* Apart from databases.ts because vitest's set-up, which is no test, may not import from vitest. */

/** Where a PostgreSQL server is and who its superuser is. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    /** The version that a project of the integration layer runs against. */
    postgresMajor: PostgresMajor | undefined;
    /** The server that the integration layer's set-up started. */
    postgres: PostgresConnection;
    /** The same as a URL, of the database `postgres`. */
    postgresUrl: string;
  }
}

export function postgresUrl({ host, port, user, password }: PostgresConnection, database: string): string {
  const encode = encodeURIComponent;
  return `postgresql://${encode(user)}:${encode(password)}@${host}:${port}/${encode(database)}`;
}
