import { type Check, defineCheck } from "../check.js";
import { advise } from "./fixes.js";

/* Passwords that everybody knows who has read the documentation. */

const known = defineCheck({
  code: "DEFAULT_PASSWORD",
  severity: "warning",
  scope: "server",
  needs: ["server"],
  title: "A server that others reach has passwords of its own",
  why: "The defaults of `postgres.adminPassword` and `debezium.password` are in the documentation: whoever reaches the server could log in, as its administrator even.",
  remedy:
    "Give the administrator another (`ALTER ROLE`), and set `postgres.adminPassword`; set `debezium.password` to a new one, and run `cdc-pipeline rotate-password`.",
  look: ({ settings: { postgres, defaultPasswords } }) =>
    defaultPasswords.map(({ role, setting }) => ({
      object: role,
      seen: `the default of ${setting}, at ${postgres.host}`,
      fix: advise(
        setting === "debezium.password"
          ? "set debezium.password to a new one, then: cdc-pipeline rotate-password"
          : `give ${role} another password (\\password in psql), then set postgres.adminPassword`,
      ),
    })),
});

export const DEFAULT_PASSWORD_CHECKS: readonly Check[] = [known];
