import type { Context } from "./context.js";
import type { PipelineDatabase, PipelineOptions } from "./pipeline-options.js";
import { STAGES } from "./progress.js";
import type { PrepareOptions } from "./stages/prepare/prepare-options.js";
import type { RegisterOptions } from "./stages/register/register-options.js";
import type { VerifyOptions } from "./stages/verify/verify.js";
import { rolePasswordOf } from "./targets/role-password-of.js";
import type { Deployment, Target } from "./targets/target.js";

/** What fails mostly does so at once, but after it began. */
export const SETTLE_MS = 500;

/** What each stage after `deploy` is given, for a run and for a plan of one. */
export interface StageOptions {
  /** The databases that are worked on, in order. */
  readonly names: readonly string[];
  readonly prepare: PrepareOptions;
  readonly register: RegisterOptions;
  readonly verify: VerifyOptions;
}

export async function stageOptionsOf(
  options: PipelineOptions,
  target: Target,
  deployment: Deployment,
  context: Context,
): Promise<StageOptions> {
  const {
    config,
    adopt = false,
    newDatabases = false,
    mayMove = false,
    stages = STAGES,
    probe = {},
  } = options;
  const password = await rolePasswordOf(config, deployment, context);
  const debezium = { ...config.debezium, password };
  const { user: role, publication, schemas, publish, signals } = debezium;
  const databases = await findDatabases(options, deployment, context);
  const names = databases.map(({ name }) => name);
  const wishes = databases.map(({ name, ...wish }) => ({
    ...wish,
    database: name,
    mayCreateEmpty: target.ownsServers,
  }));
  const settings = { role, password, publication, schemas, publish, signals, adopt, newDatabases };
  return {
    names,
    prepare: { deployment, databases: wishes, ...settings },
    register: {
      deployment,
      databases: names,
      debezium,
      adopt,
      mayMove,
      isConnectShared: !target.ownsServers || target.ownsConnect === false,
      settleMs: options.settleMs ?? (stages.includes("verify") ? 0 : SETTLE_MS),
    },
    verify: { deployment, databases: names, publication, wishes: probe },
  };
}

async function findDatabases(
  { databases, all = false }: PipelineOptions,
  deployment: Deployment,
  context: Context,
): Promise<readonly PipelineDatabase[]> {
  if (!all) return databases;
  const { listDatabases } = await import("./stages/prepare/facts/list-databases.js");
  const named = databases.map(({ name }) => name);
  const others = await listDatabases(deployment.endpoints.postgres, named, context);
  return [...databases, ...others.map((name) => ({ name }))];
}
