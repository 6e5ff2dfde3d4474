import { readFileSync } from "node:fs";

import { type PostgresClient, quoteLiteral } from "../../clients/postgres.js";
import { packagePath } from "../../package-root.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { MARK } from "../own-objects.js";
import { underPrepareLock } from "./prepare-lock.js";

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

interface FunctionSettings {
  readonly role: string;
  readonly publication: string;
}

/** Makes or renews functions in schema public; one that somebody else made is left alone. */
export async function ensureSetupFunctions(
  client: PostgresClient,
  functions: readonly SetupFunction[],
  settings: FunctionSettings,
): Promise<StepOutcome<void>> {
  const done: StepOutcome<void>[] = [];
  await underPrepareLock(client, async () => {
    for (const definition of functions) done.push(await ensureSetupFunction(client, definition, settings));
  });
  const status = (["created", "updated"] as const).find((change) =>
    done.some((one) => one.status === change),
  );
  const details = functions.map(({ name }, index) => {
    const detail = done[index]?.detail;
    return detail === undefined ? name : `${name} (${detail})`;
  });
  return outcome(status ?? "unchanged", details.join(", "));
}

async function ensureSetupFunction(
  client: PostgresClient,
  { name, signature, arguments: parameters, bodyFile }: SetupFunction,
  settings: FunctionSettings,
): Promise<StepOutcome<void>> {
  const { rows } = await client.query<{ body: string | null; comment: string | null; hasSchema: boolean }>(
    `SELECT p.prosrc AS body, obj_description(p.oid, 'pg_proc') AS comment, to_regnamespace('public') IS NOT NULL AS "hasSchema"
     FROM (SELECT to_regprocedure($1) AS oid) f LEFT JOIN pg_proc p ON p.oid = f.oid`,
    [signature],
  );
  const found = rows[0];
  if (found?.hasSchema !== true) return outcome("unchanged", "left out: there is no schema public");
  const body = renderBody(bodyFile, settings);
  if (found.body === body) return outcome("unchanged");
  if (found.body !== null && found.comment?.startsWith(MARK) !== true) {
    return outcome("unchanged", "somebody else's, left alone");
  }
  await client.query(
    `CREATE OR REPLACE FUNCTION public.${name}(${parameters}) RETURNS void LANGUAGE plpgsql AS ${quoteLiteral(body)};
     COMMENT ON FUNCTION ${signature} IS ${quoteLiteral(`${MARK}: prepares a database for Debezium by hand`)};
     REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
  );
  return outcome(found.body === null ? "created" : "updated");
}

/** The body with the names of this set-up in it, as SQL literals. */
export function renderBody(bodyFile: string, { role, publication }: FunctionSettings): string {
  const values: Readonly<Record<string, string>> = {
    role,
    publication,
    publicationComment: `${MARK}: read by Debezium`,
  };
  const template = readFileSync(packagePath(`sql/${bodyFile}`), "utf8");
  return template.replace(/\{\{(\w+)\}\}/g, (_, key: string) => quoteLiteral(values[key] ?? ""));
}
