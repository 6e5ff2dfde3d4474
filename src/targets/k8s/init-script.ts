import { quoteIdentifier, quoteLiteral } from "../../clients/postgres.js";
import { MARK } from "../../stages/own-objects.js";
import {
  FOR_DATABASE,
  type FunctionNames,
  SCHEMA_PERMISSIONS,
  setupFunctionStatements,
} from "../../stages/setup-function.js";

/** The file's name in the ConfigMap, and so its place among the scripts that the image runs. */
export const INIT_SCRIPT = "10-debezium.sql";

/**
 * What the image of PostgreSQL runs with psql when it makes the database: Debezium's role and the
 * administrator's functions, as `prepare` makes them. The password is read where psql runs.
 */
export function renderInitScript(names: FunctionNames): string {
  const role = quoteIdentifier(names.role);
  const statements = [
    `CREATE ROLE ${role} WITH LOGIN REPLICATION CREATEDB NOSUPERUSER PASSWORD :'debezium_password'`,
    `COMMENT ON ROLE ${role} IS ${quoteLiteral(`${MARK}: reads changes for Debezium`)}`,
    ...setupFunctionStatements(FOR_DATABASE, names),
    ...setupFunctionStatements(SCHEMA_PERMISSIONS, names),
  ];
  return [
    "-- Run once, when the database is made. `cdc-pipeline prepare` makes the same where it is missing.",
    "\\set debezium_password `cat /etc/postgresql-credentials/debezium-password`",
    ...statements.map((statement) => `${statement};`),
    "",
  ].join("\n");
}
