import { quoteIdentifier, quoteLiteral, withPostgres } from "../clients/postgres.js";
import { CdcError } from "../errors.js";
import { scramVerifier } from "../stages/prepare/scram-verifier.js";
import { tryLogin } from "../stages/role-password.js";
import type { Deployment } from "../targets/target.js";

/**
 * Whether the role takes the password already.
 * @throws CdcError USAGE for the administrator, ROLE_UNSUITABLE where there is no such role
 */
export async function takesPassword(
  { endpoints: { postgres } }: Deployment,
  role: string,
  password: string,
): Promise<boolean> {
  if (role === postgres.adminUser) {
    throw new CdcError("USAGE", `${role} is the administrator, whose password this command does not change`, {
      hint: "--user is the role that Debezium logs in as: debezium.user",
    });
  }
  const isThere = await withPostgres(postgres, postgres.adminDatabase, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    return rowCount === 1;
  });
  if (isThere) return (await tryLogin(postgres, { role, password })) === "done";
  throw new CdcError("ROLE_UNSUITABLE", `there is no role ${role} at ${postgres.host}:${postgres.port}`, {
    hint: "cdc-pipeline prepare DATABASE makes it, with the password of debezium.password",
  });
}

/** Sessions that are open stay so: PostgreSQL asks for the password at the next login. */
export async function changePassword(
  { endpoints: { postgres } }: Deployment,
  role: string,
  password: string,
): Promise<void> {
  const verifier = quoteLiteral(scramVerifier(password));
  await withPostgres(postgres, postgres.adminDatabase, (client) =>
    client.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${verifier}`),
  );
}
