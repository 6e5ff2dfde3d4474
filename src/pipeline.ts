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
  /** Take over connectors, roles and publications that were made by somebody else. */
  readonly adopt?: boolean;
  /** For `prepare`: also every other database that takes connections and is no template. */
  readonly all?: boolean;
  /** For `prepare`: also template1, so that later databases are born ready. */
  readonly newDatabases?: boolean;
}

export interface PipelineResult {
  readonly deployment: Deployment;
  /** The databases that were worked on, in order. */
  readonly databases: readonly string[];
  /** By database; empty where `verify` was not run. */
  readonly proofs: ReadonlyMap<string, Proof>;
}

/** deploy -> prepare -> register -> verify; the first failure ends it. */
export async function runPipeline(options: PipelineOptions, context: Context): Promise<PipelineResult> {
  const { config, stages = STAGES, adopt = false, newDatabases = false } = options;
  const target = await createTarget(config);
  const deployment = await deployOrFind(target, stages, context);
  const databases = await findDatabases(options, deployment, context);
  const names = databases.map(({ name }) => name);

  if (stages.includes("prepare")) {
    const { prepare } = await import("./stages/prepare/prepare.js");
    const wishes = databases.map(({ name, ...wish }) => ({
      ...wish,
      database: name,
      mayCreateEmpty: target.ownsServers,
    }));
    const { user: role, password, publication, schemas, publish } = config.debezium;
    const settings = { role, password, publication, schemas, publish, adopt, newDatabases };
    await runStage("prepare", context, (stage) =>
      prepare({ deployment, databases: wishes, ...settings }, stage, context),
    );
  }
  if (stages.includes("register")) {
    const { register } = await import("./stages/register/register.js");
    await runStage("register", context, (stage) =>
      register({ deployment, databases: names, debezium: config.debezium, adopt }, stage, context),
    );
  }
  if (!stages.includes("verify")) return { deployment, databases: names, proofs: new Map() };
  const { verify } = await import("./stages/verify/verify.js");
  const { publication } = config.debezium;
  const proofs = await runStage("verify", context, (stage) =>
    verify({ deployment, databases: names, publication }, stage, context),
  );
  return { deployment, databases: names, proofs };
}

async function findDatabases(
  { databases, all = false }: PipelineOptions,
  deployment: Deployment,
  context: Context,
): Promise<readonly PipelineDatabase[]> {
  if (!all) return databases;
  const { listDatabases } = await import("./stages/prepare/list-databases.js");
  const named = databases.map(({ name }) => name);
  const others = await listDatabases(deployment.endpoints.postgres, named, context);
  return [...databases, ...others.map((name) => ({ name }))];
}

function deployOrFind(target: Target, stages: readonly StageName[], context: Context): Promise<Deployment> {
  if (!stages.includes("deploy")) return target.find(context);
  return runStage("deploy", context, (stage) => deploy(target, stage, context));
}
