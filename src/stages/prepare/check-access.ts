import { openPostgres, type PostgresClient, type PostgresEndpoint } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { count, several } from "./count.js";

export interface RoleLogin {
  readonly role: string;
  readonly password: string;
}

/**
 * Logs in as the Debezium role, the way Debezium will. The caller ends the connection.
 * @throws CdcError ROLE_UNSUITABLE
 */
export async function logIn(
  endpoint: PostgresEndpoint,
  database: string,
  { role, password }: RoleLogin,
): Promise<PostgresClient> {
  const asRole = { ...endpoint, adminUser: role, adminPassword: password };
  try {
    return await openPostgres(asRole, database);
  } catch (error) {
    if (!(error instanceof CdcError) || error.code !== "POSTGRES_REFUSED") throw error;
    throw new CdcError("ROLE_UNSUITABLE", `the role ${role} cannot log in to ${database}: ${error.message}`, {
      hint: error.message.includes("pg_hba.conf")
        ? `add a line to pg_hba.conf that lets ${role} in to ${database}, as in: host ${JSON.stringify(database)} ${JSON.stringify(role)} ADDRESS scram-sha-256`
        : "set debezium.password (CDC_PIPELINE_DEBEZIUM_PASSWORD) to the role's password",
      cause: error,
    });
  }
}

/** Whether the role that `client` is logged in as may read what is published. @throws CdcError ROLE_UNSUITABLE */
export async function checkAccess(
  client: PostgresClient,
  database: string,
  { role, publication }: { readonly role: string; readonly publication: string },
): Promise<StepOutcome<void>> {
  const { rows } = await client.query<{ tables: number; hidden: string[] | null }>(
    `SELECT count(*)::int AS tables,
            array_agg(g.relid::regclass::text) FILTER (WHERE NOT has_table_privilege(g.relid, 'SELECT')) AS hidden
     FROM pg_publication p CROSS JOIN LATERAL pg_get_publication_tables(p.pubname::text) g WHERE p.pubname = $1`,
    [publication],
  );
  const { tables = 0, hidden = null } = rows[0] ?? {};
  if (hidden !== null) {
    throw new CdcError("ROLE_UNSUITABLE", `${role} may not read ${several(hidden)} in ${database}`, {
      hint: `cdc-pipeline prepare ${database}`,
    });
  }
  return outcome("unchanged", `may read ${count(tables, "published table")}`);
}
