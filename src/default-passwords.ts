import type { RoleLogin } from "./clients/as-debezium.js";
import { isLoopback } from "./doctor/is-loopback.js";
import type { Deployment } from "./targets/target.js";

/** Those of the documentation: no secrets, and good enough where only this machine reaches the servers. */
export const DEFAULT_PASSWORDS = { admin: "password123", debezium: "debezium_pass" } as const;

/** A role that logs in with a password of the documentation, and the setting that says so. */
export interface DefaultPassword {
  readonly role: string;
  readonly setting: "postgres.adminPassword" | "debezium.password";
}

/** Of the two roles those that everybody could log in as; none where nobody else reaches the server. */
export function findDefaultPasswords(
  { endpoints: { postgres }, isLoopbackOnly = isLoopback(postgres.host) }: Deployment,
  login: RoleLogin,
): readonly DefaultPassword[] {
  if (isLoopbackOnly) return [];
  return [
    ...(postgres.adminPassword === DEFAULT_PASSWORDS.admin
      ? [{ role: postgres.adminUser, setting: "postgres.adminPassword" as const }]
      : []),
    ...(login.password === DEFAULT_PASSWORDS.debezium
      ? [{ role: login.role, setting: "debezium.password" as const }]
      : []),
  ];
}
