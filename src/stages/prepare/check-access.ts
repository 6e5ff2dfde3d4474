import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";

/**
 * Logs in as the Debezium role, the way Debezium will, and looks whether it may read what is published.
 * @throws CdcError ROLE_UNSUITABLE
 */
export async function checkAccess(
  endpoint: PostgresEndpoint,
  database: string,
  {
    role,
    password,
    publication,
  }: { readonly role: string; readonly password: string; readonly publication: string },
): Promise<StepOutcome<void>> {
  const asRole = { ...endpoint, adminUser: role, adminPassword: password };
  try {
    return await withPostgres(asRole, database, async (client) => {
      const { rows } = await client.query<{ tables: number; hidden: string[] | null }>(
        `SELECT count(*)::int AS tables,
                array_agg(format('%I.%I', schemaname, tablename)) FILTER (
                  WHERE NOT has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT')) AS hidden
         FROM pg_publication_tables WHERE pubname = $1`,
        [publication],
      );
      const { tables = 0, hidden = null } = rows[0] ?? {};
      if (hidden !== null) {
        throw new CdcError(
          "ROLE_UNSUITABLE",
          `${role} may not read ${hidden.slice(0, 5).join(", ")} in ${database}`,
          {
            hint: `cdc-pipeline prepare ${database}`,
          },
        );
      }
      return outcome("unchanged", `may read ${tables} published ${tables === 1 ? "table" : "tables"}`);
    });
  } catch (error) {
    if (!(error instanceof CdcError) || error.code !== "POSTGRES_REFUSED") throw error;
    throw new CdcError(
      "ROLE_UNSUITABLE",
      `the role ${role} exists, but cannot log in to ${database}: ${error.message}`,
      {
        hint: "set debezium.password (CDC_PIPELINE_DEBEZIUM_PASSWORD) to the role's password",
        cause: error,
      },
    );
  }
}
