import type { DatabaseFacts, FunctionsFacts } from "./facts.js";
import { factsQuery, functionsQuery } from "./facts-query.js";
import type { RoleState } from "./look-at-server.js";
import { planPrepare } from "./plan-prepare.js";
import type { DatabaseSteps } from "./planned-step.js";
import { type PrepareOptions, TEMPLATE } from "./prepare-options.js";
import type { PrepareSettings } from "./prepare-settings.js";
import { FOR_DATABASE, type FunctionSettings, planFunctions, SCHEMA_PERMISSIONS } from "./setup-functions.js";

/** What is asked of one database, and what follows from the answer. */
export interface PlanRequest {
  readonly database: string;
  /** Answers one row with the column `facts`. */
  readonly query: string;
  readonly plan: (facts: unknown) => DatabaseSteps;
}

/** All that makes a database ready. */
export function databaseRequest(
  database: string,
  options: PrepareOptions,
  serverVersion: number,
  role: RoleState,
  amend: (facts: DatabaseFacts) => DatabaseFacts = (facts) => facts,
): PlanRequest {
  const isTemplate = database === TEMPLATE;
  const settings: PrepareSettings = {
    database,
    role: options.role,
    publication: options.publication,
    adminUser: options.deployment.endpoints.postgres.adminUser,
    // What later databases hold is not known, so they are captured as a whole.
    schemas: isTemplate ? [] : options.schemas,
    publish: options.publish,
    adopt: options.adopt,
    hasOtherPassword: role.hasOtherPassword,
    serverVersion,
    isTemplate,
  };
  return {
    database,
    query: factsQuery({ ...settings, functions: [SCHEMA_PERMISSIONS.signature] }),
    plan: (facts) => planPrepare(amend(facts as DatabaseFacts), settings),
  };
}

/** The administrator's functions, and nothing else. */
export function functionsRequest(
  database: string,
  settings: FunctionSettings,
  functions = [FOR_DATABASE, SCHEMA_PERMISSIONS],
): PlanRequest {
  const step = `setup functions in ${database}`;
  return {
    database,
    query: functionsQuery(functions.map(({ signature }) => signature)),
    plan: (facts) => ({
      steps: [planFunctions(step, facts as FunctionsFacts, functions, settings)],
      notices: [],
    }),
  };
}
