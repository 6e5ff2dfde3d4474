import type { Context } from "./context.js";
import type { PipelineOptions } from "./pipeline-options.js";
import { type StageName, STAGES } from "./progress.js";
import { stageOptionsOf } from "./stage-options.js";
import { PROBE_TABLE } from "./stages/own-objects.js";
import type { DatabasePlan } from "./stages/prepare/plan/planned-step.js";
import type { PlannedConnector } from "./stages/register/plan-register.js";
import { withTarget } from "./targets/index.js";
import type { PlannedServer, ServerName, Target } from "./targets/target.js";

/** What the stages would do, in order: plain data without secrets. A stage that was not asked for is empty. */
export interface PipelinePlan {
  readonly deploy: readonly PlannedServer[];
  readonly prepare: readonly DatabasePlan[];
  readonly register: readonly PlannedConnector[];
  readonly verify: readonly { readonly database: string; readonly detail: string }[];
  /** Stages that cannot be planned yet, and why: they look at servers that do not run. */
  readonly unplanned: readonly { readonly stage: StageName; readonly reason: string }[];
}

/** The server that a stage's plan is read from. */
const LOOKS_AT: Readonly<Partial<Record<StageName, ServerName>>> = {
  prepare: "postgres",
  register: "connect",
};

/**
 * What `runPipeline` with the same options would do. Writes nothing, and starts nothing.
 * @throws CdcError where a stage would refuse: what its own plan throws
 */
export function planPipeline(options: PipelineOptions, context: Context): Promise<PipelinePlan> {
  return withTarget(options.config, (target) => planStages(target, options, context));
}

async function planStages(target: Target, options: PipelineOptions, context: Context): Promise<PipelinePlan> {
  const { stages = STAGES } = options;
  const servers = await target.planUp(context);
  const isDown = (server: ServerName | undefined) =>
    servers.some((planned) => planned.server === server && planned.status === "started");
  const unplanned = stages
    .filter((stage) => isDown(LOOKS_AT[stage]))
    .map((stage) => ({ stage, reason: "the servers that it looks at do not run yet" }));
  const isPlanned = (stage: StageName) =>
    stages.includes(stage) && unplanned.every((other) => other.stage !== stage);

  const deploy = stages.includes("deploy") ? servers : [];
  const verify = stages.includes("verify")
    ? options.databases.map(({ name }) => ({
        database: name,
        detail: `a row goes into ${options.probe?.table ?? PROBE_TABLE}, and is deleted again in the same transaction`,
      }))
    : [];
  if (!isPlanned("prepare") && !isPlanned("register")) {
    return { deploy, prepare: [], register: [], verify, unplanned };
  }
  const given = await stageOptionsOf(options, target, await target.find(context), context);
  const { planDatabases } = await import("./stages/prepare/plan-databases.js");
  const { planRegister } = await import("./stages/register/plan-register.js");
  return {
    deploy,
    prepare: isPlanned("prepare") ? await planDatabases(given.prepare, context) : [],
    register: isPlanned("register") ? await planRegister(given.register, context) : [],
    verify,
    unplanned,
  };
}

/** How many things the plan would change. */
export function countChanges({ deploy, prepare, register }: PipelinePlan): number {
  const steps = prepare.flatMap((plan) => [
    ...(plan.creation === null ? [] : [plan.creation]),
    ...plan.steps,
  ]);
  return [...deploy, ...steps, ...register].filter(({ status }) => status !== "unchanged").length;
}
