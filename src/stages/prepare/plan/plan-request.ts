import type { Rows } from "../../../clients/run-batch.js";
import { FOR_DATABASE, SCHEMA_PERMISSIONS } from "../../setup-function.js";
import type { FactsQuestion } from "../facts/catalog-parts.js";
import {
  type DatabaseDetails,
  type DatabaseFacts,
  type FunctionsFacts,
  mergeFacts,
  needsDetails,
} from "../facts/database-facts.js";
import { detailsQuery } from "../facts/details-query.js";
import { factsQuery } from "../facts/facts-query.js";
import { functionsQuery } from "../facts/functions-query.js";
import type { RoleState } from "../look-at-server.js";
import { type PrepareOptions, TEMPLATE } from "../prepare-options.js";
import { planPrepare } from "./plan-prepare.js";
import type { DatabaseSteps } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";
import { type FunctionSettings, planFunctions } from "./setup-functions.js";

/** What is asked of one database, and what follows from the answer. */
export interface PlanRequest {
  readonly database: string;
  readonly query: string;
  /** The plan that follows from the query's rows; `ask` gets more from the same transaction. */
  readonly plan: (rows: Rows, ask: Ask) => Promise<DatabaseSteps>;
}

export type Ask = (query: string) => Promise<Rows>;

const factsIn = (rows: Rows): unknown => {
  const facts = rows[0]?.facts;
  if (facts === undefined) throw new Error("the facts query returned no row");
  return facts;
};

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
    signals: options.signals ?? false,
    adopt: options.adopt,
    hasOtherPassword: role.hasOtherPassword,
    serverVersion,
    isTemplate,
  };
  const question: FactsQuestion = { ...settings, functions: [SCHEMA_PERMISSIONS.signature] };
  return {
    database,
    query: factsQuery(question),
    plan: async (rows, ask) => {
      const facts = factsIn(rows) as DatabaseFacts;
      const details = needsDetails(facts, question)
        ? (factsIn(await ask(detailsQuery(question))) as DatabaseDetails)
        : undefined;
      return planPrepare(amend(mergeFacts(facts, details)), settings);
    },
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
    plan: (rows) =>
      Promise.resolve({
        steps: [planFunctions(step, factsIn(rows) as FunctionsFacts, functions, settings)],
        notices: [],
      }),
  };
}
