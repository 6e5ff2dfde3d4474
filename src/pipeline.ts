import type { Context } from "./context.js";
import type { PipelineOptions } from "./pipeline-options.js";
import { type StageName, STAGES } from "./progress.js";
import { repeatCutOff } from "./repeat-cut-off.js";
import { runStage } from "./run-stage.js";
import { stageOptionsOf } from "./stage-options.js";
import { deploy } from "./stages/deploy/deploy.js";
import type { Proof } from "./stages/verify/proof.js";
import { withTarget } from "./targets/index.js";
import type { Deployment, Target } from "./targets/target.js";
import { warnOfDefaults } from "./warn-of-defaults.js";

export interface PipelineResult {
  readonly deployment: Deployment;
  /** The databases that were worked on, in order. */
  readonly databases: readonly string[];
  /** By database; empty where `verify` was not run. */
  readonly proofs: ReadonlyMap<string, Proof>;
}

/** deploy -> prepare -> register -> verify; the first failure ends it. */
export async function runPipeline(options: PipelineOptions, context: Context): Promise<PipelineResult> {
  return withTarget(options.config, (target) => runStages(target, options, context));
}

async function runStages(
  target: Target,
  options: PipelineOptions,
  context: Context,
): Promise<PipelineResult> {
  const { stages = STAGES } = options;
  const deployment = await deployOrFind(target, stages, context);
  const { ways } = deployment;
  const given = await repeatCutOff(ways, context, () => stageOptionsOf(options, target, deployment, context));
  const { names: databases } = given;
  if (stages.includes("deploy") || stages.includes("prepare"))
    warnOfDefaults(deployment, given.prepare, context.report);

  if (stages.includes("prepare")) {
    const { prepare } = await import("./stages/prepare/prepare.js");
    await runStage("prepare", context, (stage) =>
      repeatCutOff(ways, context, () => prepare(given.prepare, stage, context)),
    );
  }
  if (stages.includes("register")) {
    const { register } = await import("./stages/register/register.js");
    await runStage("register", context, (stage) =>
      repeatCutOff(ways, context, () => register(given.register, stage, context)),
    );
  }
  if (!stages.includes("verify")) return { deployment, databases, proofs: new Map() };
  const { verify } = await import("./stages/verify/verify.js");
  const proofs = await runStage("verify", context, (stage) =>
    repeatCutOff(ways, context, () => verify(given.verify, stage, context)),
  );
  return { deployment, databases, proofs };
}

function deployOrFind(target: Target, stages: readonly StageName[], context: Context): Promise<Deployment> {
  // To prepare takes PostgreSQL alone: the others may not even be chosen yet.
  const needed = stages.every((stage) => stage === "prepare") ? (["postgres"] as const) : undefined;
  if (!stages.includes("deploy")) return target.find(context, needed);
  return runStage("deploy", context, (stage) => deploy(target, stage, context));
}
