import type { RoleLogin } from "./clients/as-debezium.js";
import { findDefaultPasswords } from "./default-passwords.js";
import type { Reporter } from "./progress.js";
import type { Deployment } from "./targets/target.js";

/** One line where a password of the documentation meets a server that others reach. */
export function warnOfDefaults(deployment: Deployment, login: RoleLogin, report: Reporter): void {
  const defaults = findDefaultPasswords(deployment, login);
  if (defaults.length === 0) return;
  const { host, port } = deployment.lasting?.postgres ?? deployment.endpoints.postgres;
  const roles = defaults.map(({ role }) => role).join(" and ");
  const settings = defaults.map(({ setting }) => setting).join(" and ");
  report({
    type: "notice",
    message: `PostgreSQL at ${host}:${port} is not this machine's alone, and ${roles} can log in with the password of the documentation (the default of ${settings}): give another, see docs/passwords.md`,
  });
}
