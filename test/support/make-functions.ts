import type { Client } from "pg";

import { applyPlan } from "../../src/stages/prepare/apply-plan.js";
import { functionsRequest } from "../../src/stages/prepare/plan/plan-request.js";
import type { PlannedStep } from "../../src/stages/prepare/plan/planned-step.js";
import type { SetupFunction } from "../../src/stages/setup-function.js";
import type { Preparation } from "./preparation.js";
import { createStageRecorder } from "./stage.js";

/** Makes the administrator's functions as the stage does, in the database of `client`; both of them by default. */
export async function makeFunctions(
  client: Client,
  { role, publication, password }: Preparation,
  functions?: SetupFunction[],
): Promise<PlannedStep> {
  const settings = { role, publication, schemas: [] };
  const request = functionsRequest("test", settings, functions);
  const { steps } = await applyPlan(client, request, password, createStageRecorder().context);
  const [step] = steps;
  if (step === undefined) throw new Error("nothing was planned");
  return step;
}
