import { asDebezium, type RoleLogin } from "../../clients/as-debezium.js";
import { openPostgres, type PostgresClient, type PostgresEndpoint } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { count, several } from "../count.js";

/**
 * Logs in as the Debezium role, the way Debezium will. The caller ends the connection.
 * @throws CdcError ROLE_UNSUITABLE
 */
export async function logIn(
  endpoint: PostgresEndpoint,
  database: string,
  login: RoleLogin,
): Promise<PostgresClient> {
  try {
    return await openPostgres(asDebezium(endpoint, login), database);
  } catch (error) {
    if (!(error instanceof CdcError) || error.code !== "POSTGRES_REFUSED") throw error;
    const { role } = login;
    throw new CdcError("ROLE_UNSUITABLE", `the role ${role} cannot log in to ${database}: ${error.message}`, {
      hint: hintOf(error.message, role, database),
      cause: error,
    });
  }
}

function hintOf(refusal: string, role: string, database: string): string {
  if (/client certificate|certificate authentication/.test(refusal)) {
    return `set debezium.certFile and debezium.keyFile: a certificate that PostgreSQL trusts, whose common name is ${role}`;
  }
  return refusal.includes("pg_hba.conf")
    ? `add a line to pg_hba.conf that lets ${role} in to ${database}, as in: host ${JSON.stringify(database)} ${JSON.stringify(role)} ADDRESS scram-sha-256`
    : "set debezium.password (CDC_PIPELINE_DEBEZIUM_PASSWORD) to the role's password";
}

/**
 * Whether Debezium's role may read what is published in the database that `client` is connected to, as
 * itself or as the administrator.
 * @throws CdcError ROLE_UNSUITABLE
 */
export async function checkAccess(
  client: PostgresClient,
  database: string,
  { role, publication }: { readonly role: string; readonly publication: string },
): Promise<StepOutcome<void>> {
  const { rows } = await client.query<{ mayConnect: boolean; tables: number; hidden: string[] | null }>(
    `SELECT has_database_privilege($2, current_database(), 'CONNECT') AS "mayConnect", count(*)::int AS tables,
            array_agg(g.relid::regclass::text) FILTER (WHERE NOT (has_table_privilege($2, g.relid, 'SELECT')
              AND has_schema_privilege($2, c.relnamespace, 'USAGE'))) AS hidden
     FROM pg_publication p CROSS JOIN LATERAL pg_get_publication_tables(p.pubname::text) g
     JOIN pg_class c ON c.oid = g.relid WHERE p.pubname = $1`,
    [publication, role],
  );
  const { mayConnect = false, tables = 0, hidden = null } = rows[0] ?? {};
  const refused = mayConnect ? (hidden === null ? undefined : `read ${several(hidden)}`) : "connect";
  if (refused !== undefined) {
    throw new CdcError("ROLE_UNSUITABLE", `${role} may not ${refused} in ${database}`, {
      hint: `cdc-pipeline prepare ${database}`,
    });
  }
  return outcome("unchanged", `may read ${count(tables, "published table")}`);
}
