import type { Config } from "./config/config.js";
import type { Context } from "./context.js";
import { type StageName, STAGES } from "./progress.js";
import { runStage } from "./run-stage.js";
import { deploy } from "./stages/deploy/deploy.js";
import type { Proof } from "./stages/verify/prove-streaming.js";
import { createTarget } from "./targets/index.js";
import type { Deployment, Target } from "./targets/target.js";

/** One application database to take through the pipeline. */
export interface PipelineDatabase {
  readonly name: string;
  /** The SQL file to make it from where it is missing. */
  readonly schemaFile?: string | undefined;
  readonly isSchemaAsked?: boolean;
}

export interface PipelineOptions {
  readonly config: Config;
  readonly databases: readonly PipelineDatabase[];
  /** The stages to run, in pipeline order; those before them must have run already. */
  readonly stages?: readonly StageName[];
  /** Take over connectors that were made by somebody else. */
  readonly adopt?: boolean;
}

export interface PipelineResult {
  readonly deployment: Deployment;
  /** By database; empty where `verify` was not run. */
  readonly proofs: ReadonlyMap<string, Proof>;
}

/** deploy -> prepare -> register -> verify; the first failure ends it. */
export async function runPipeline(options: PipelineOptions, context: Context): Promise<PipelineResult> {
  const { config, databases, stages = STAGES, adopt = false } = options;
  const target = await createTarget(config);
  const names = databases.map(({ name }) => name);
  const deployment = await deployOrFind(target, stages, context);

  if (stages.includes("prepare")) {
    const { prepare } = await import("./stages/prepare/prepare.js");
    const wishes = databases.map(({ name, ...wish }) => ({
      ...wish,
      database: name,
      mayCreateEmpty: target.ownsServers,
    }));
    const { user: role, password, publication } = config.debezium;
    await runStage("prepare", context, (stage) =>
      prepare({ deployment, databases: wishes, role, password, publication }, stage, context),
    );
  }
  if (stages.includes("register")) {
    const { register } = await import("./stages/register/register.js");
    await runStage("register", context, (stage) =>
      register({ deployment, databases: names, debezium: config.debezium, adopt }, stage, context),
    );
  }
  if (!stages.includes("verify")) return { deployment, proofs: new Map() };
  const { verify } = await import("./stages/verify/verify.js");
  const { publication } = config.debezium;
  const proofs = await runStage("verify", context, (stage) =>
    verify({ deployment, databases: names, publication }, stage, context),
  );
  return { deployment, proofs };
}

function deployOrFind(target: Target, stages: readonly StageName[], context: Context): Promise<Deployment> {
  if (!stages.includes("deploy")) return target.find(context);
  return runStage("deploy", context, (stage) => deploy(target, stage, context));
}
