import { readFileSync } from "node:fs";

import { quoteLiteral } from "../clients/postgres.js";
import { packagePath } from "../package-root.js";
import { MARK } from "./own-objects.js";

export interface SetupFunction {
  readonly name: string;
  /** As PostgreSQL's `regprocedure` takes it. */
  readonly signature: string;
  readonly arguments: string;
  readonly bodyFile: string;
}

/** The helper functions that database administrators know from the original set-up. */
export const FOR_DATABASE: SetupFunction = {
  name: "setup_debezium_for_database",
  signature: "public.setup_debezium_for_database(text)",
  arguments: "db_name text",
  bodyFile: "setup-debezium-for-database.sql",
};
export const SCHEMA_PERMISSIONS: SetupFunction = {
  name: "setup_debezium_schema_permissions",
  signature: "public.setup_debezium_schema_permissions()",
  arguments: "",
  bodyFile: "setup-debezium-schema-permissions.sql",
};

/** The names that a function's body holds. */
export interface FunctionNames {
  readonly role: string;
  readonly publication: string;
}

/** What makes or renews a function, marks it as ours, and keeps it for administrators. */
export function setupFunctionStatements(definition: SetupFunction, names: FunctionNames): string[] {
  const { name, signature, arguments: parameters } = definition;
  const body = setupFunctionBody(definition, names);
  return [
    `CREATE OR REPLACE FUNCTION public.${name}(${parameters}) RETURNS void LANGUAGE plpgsql AS ${quoteLiteral(body)}`,
    `COMMENT ON FUNCTION ${signature} IS ${quoteLiteral(`${MARK}: prepares a database for Debezium by hand`)}`,
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
  ];
}

/** The body with the names of this set-up in it, as SQL literals. */
export function setupFunctionBody({ bodyFile }: SetupFunction, { role, publication }: FunctionNames): string {
  const values: Readonly<Record<string, string>> = {
    role,
    publication,
    publicationComment: `${MARK}: read by Debezium`,
  };
  const template = readFileSync(packagePath(`sql/${bodyFile}`), "utf8");
  return template.replace(/\{\{(\w+)\}\}/g, (_, key: string) => quoteLiteral(values[key] ?? ""));
}
