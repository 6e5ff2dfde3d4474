import { countChanges, type PipelinePlan } from "../plan-pipeline.js";
import { type PlannedStep, showStatement } from "../stages/prepare/plan/planned-step.js";

/** A plan as it stands in the JSON document. */
export function describePlan(plan: PipelinePlan): Readonly<Record<string, unknown>> {
  const { deploy, prepare, register, verify, unplanned } = plan;
  return {
    changes: countChanges(plan),
    deploy,
    prepare: prepare.map(({ creation, steps, ...rest }) => ({
      ...rest,
      creation: creation === null ? null : describeStep(creation),
      steps: steps.map(describeStep),
    })),
    register,
    verify,
    unplanned,
  };
}

const describeStep = <Step extends PlannedStep>(step: Step) => ({
  ...step,
  sql: step.sql.map((statement) => `${showStatement(statement)};`),
});
