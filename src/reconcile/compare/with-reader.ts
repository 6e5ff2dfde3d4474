import { type PostgresClient, type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import { COPY_SETTINGS } from "../columns/copy-settings.js";
import { requireStandby } from "../cut/require-standby.js";
import type { ReconcileOptions } from "../reconcile-options.js";

/** Limits that a server may have for ordinary sessions. */
const NO_LIMITS = { statement_timeout: "0", idle_in_transaction_session_timeout: "0" };

/**
 * Runs `work` with the connection on which rows are read, of the captured server or of a standby.
 * @throws CdcError STANDBY_UNSUITABLE, POSTGRES_UNREACHABLE, POSTGRES_REFUSED
 */
export async function withReader<T>(
  { deployment, database, readFrom }: ReconcileOptions,
  primary: PostgresClient,
  work: (reader: PostgresClient) => Promise<T>,
): Promise<T> {
  const endpoint: PostgresEndpoint = { ...deployment.endpoints.postgres, ...readFrom };
  return withPostgres(endpoint, database, async (reader) => {
    if (readFrom !== undefined) await requireStandby(reader, primary);
    for (const [name, value] of Object.entries({ ...COPY_SETTINGS, ...NO_LIMITS })) {
      await reader.query("SELECT set_config($1, $2, false)", [name, value]);
    }
    return work(reader);
  });
}
