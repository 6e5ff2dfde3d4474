import { asDebezium, type RoleLogin } from "../clients/as-debezium.js";
import { hasSqlState, openPostgres, type PostgresEndpoint } from "../clients/postgres.js";
import { CdcError } from "../errors.js";

const WRONG_PASSWORD = "28P01";

/** A real login. One that is refused for something else says nothing of the password. */
export async function tryLogin(
  endpoint: PostgresEndpoint,
  login: RoleLogin,
): Promise<"done" | "other password" | "refused"> {
  try {
    await (await openPostgres(asDebezium(endpoint, login), endpoint.adminDatabase)).end();
    return "done";
  } catch (error) {
    const isOther = error instanceof CdcError && hasSqlState(error.cause, WRONG_PASSWORD);
    return isOther ? "other password" : "refused";
  }
}

/** The role is there, but its password is another; nobody changes that unasked. */
export function otherPassword(role: string): CdcError {
  return new CdcError(
    "ROLE_UNSUITABLE",
    `the role ${role} exists, but cannot log in with the password given`,
    {
      hint: "set debezium.password (CDC_PIPELINE_DEBEZIUM_PASSWORD) to the role's password, or give the role this one, with all its connectors: cdc-pipeline rotate-password; the role alone: --adopt",
    },
  );
}
