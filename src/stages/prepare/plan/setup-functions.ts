import { MARK } from "../../own-objects.js";
import {
  type FunctionNames,
  type SetupFunction,
  setupFunctionBody,
  setupFunctionStatements,
} from "../../setup-function.js";
import type { FunctionsFacts } from "../facts/database-facts.js";
import type { PlannedStep } from "./planned-step.js";

export interface FunctionSettings extends FunctionNames {
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
  definition: SetupFunction,
  facts: FunctionsFacts,
  settings: FunctionSettings,
): PlannedFunction {
  const { name, signature } = definition;
  const leave = (detail?: string): PlannedFunction => ({
    name,
    status: "unchanged",
    ...(detail === undefined ? {} : { detail }),
    sql: [],
  });
  if (!facts.hasSchema) return leave("left out: there is no schema public");
  if (settings.schemas.length > 0) return leave("left out: it is for all schemas");
  const found = facts.found[signature];
  const body = setupFunctionBody(definition, settings);
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
    sql: setupFunctionStatements(definition, settings),
  };
}
