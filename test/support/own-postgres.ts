import { PostgresServer, type ServerOptions } from "./postgres-server.js";
import { testedPostgres } from "./tested-postgres.js";

/**
 * Starts a PostgreSQL of one test's or one file's own, for what may not be done to the one that all share:
 * of the version that the tests run against, unless another is named. Use it with `await using`, or `stop` it.
 */
export function startPostgres({
  version = testedPostgres(),
  ...options
}: Partial<ServerOptions> = {}): Promise<PostgresServer> {
  return PostgresServer.start({ version, ...options });
}
