import { readFileSync } from "node:fs";

import { quoteLiteral } from "../../../clients/postgres.js";
import { packagePath } from "../../../package-root.js";
import { MARK } from "../../own-objects.js";
import type { FunctionsFacts } from "../facts/database-facts.js";
import type { PlannedStep } from "./planned-step.js";

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

export interface FunctionSettings {
  readonly role: string;
  readonly publication: string;
  readonly schemas: readonly string[];
}

interface PlannedFunction extends Omit<PlannedStep, "step"> {
  readonly name: string;
}

/** Makes or renews functions in schema public; one that somebody else made is left alone. */
export function planFunctions(
  step: string,
  facts: FunctionsFacts,
  functions: readonly SetupFunction[],
  settings: FunctionSettings,
): PlannedStep {
  const planned = functions.map((definition) => planFunction(definition, facts, settings));
  const status = (["created", "updated"] as const).find((change) =>
    planned.some((one) => one.status === change),
  );
  const details = planned.map(({ name, detail }) => (detail === undefined ? name : `${name} (${detail})`));
  return {
    step,
    status: status ?? "unchanged",
    detail: details.join(", "),
    sql: planned.flatMap(({ sql }) => sql),
  };
}

function planFunction(
  { name, signature, arguments: parameters, bodyFile }: SetupFunction,
  facts: FunctionsFacts,
  settings: FunctionSettings,
): PlannedFunction {
  const leave = (detail?: string): PlannedFunction => ({
    name,
    status: "unchanged",
    ...(detail === undefined ? {} : { detail }),
    sql: [],
  });
  if (!facts.hasSchema) return leave("left out: there is no schema public");
  if (settings.schemas.length > 0) return leave("left out: it is for all schemas");
  const found = facts.found[signature];
  const body = renderBody(bodyFile, settings);
  if (found?.body === body) return leave();
  if (found !== undefined && found.comment?.startsWith(MARK) !== true) {
    return leave("somebody else's, left alone");
  }
  if (found === undefined ? !facts.mayCreate : !found.isReachable) {
    return leave("left out: it takes an administrator who may make functions in schema public");
  }
  return {
    name,
    status: found === undefined ? "created" : "updated",
    sql: [
      `CREATE OR REPLACE FUNCTION public.${name}(${parameters}) RETURNS void LANGUAGE plpgsql AS ${quoteLiteral(body)}`,
      `COMMENT ON FUNCTION ${signature} IS ${quoteLiteral(`${MARK}: prepares a database for Debezium by hand`)}`,
      `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    ],
  };
}

/** The body with the names of this set-up in it, as SQL literals. */
function renderBody(bodyFile: string, { role, publication }: FunctionSettings): string {
  const values: Readonly<Record<string, string>> = {
    role,
    publication,
    publicationComment: `${MARK}: read by Debezium`,
  };
  const template = readFileSync(packagePath(`sql/${bodyFile}`), "utf8");
  return template.replace(/\{\{(\w+)\}\}/g, (_, key: string) => quoteLiteral(values[key] ?? ""));
}
