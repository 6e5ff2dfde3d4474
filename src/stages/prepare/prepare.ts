import { hasSqlState, type PostgresClient, quoteLiteral, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import type { Deployment } from "../../targets/target.js";
import { checkAccess } from "./check-access.js";
import { type DatabaseWish, ensureDatabase } from "./ensure-database.js";
import { readFacts } from "./facts.js";
import { type PlannedStep, planPrepare, type PrepareSettings } from "./plan-prepare.js";
import { underPrepareLock } from "./prepare-lock.js";
import { ensureSetupFunctions, FOR_DATABASE, SCHEMA_PERMISSIONS } from "./setup-functions.js";

export interface PrepareOptions {
  readonly deployment: Deployment;
  readonly databases: readonly DatabaseWish[];
  readonly role: string;
  readonly password: string;
  readonly publication: string;
}

/** Makes each database ready for Debezium: role, grants, publication, probe table, helper functions. Idempotent. */
export async function prepare(options: PrepareOptions, stage: Stage, context: Context): Promise<void> {
  for (const wish of options.databases) await prepareDatabase(wish, options, stage, context);
  const { postgres } = options.deployment.endpoints;
  await withPostgres(postgres, postgres.adminDatabase, async (client) => {
    await stage.step(`setup functions in ${postgres.adminDatabase}`, () =>
      ensureSetupFunctions(client, [FOR_DATABASE, SCHEMA_PERMISSIONS], options),
    );
  });
}

async function prepareDatabase(
  wish: DatabaseWish,
  options: PrepareOptions,
  stage: Stage,
  context: Context,
): Promise<void> {
  const { database } = wish;
  const { postgres } = options.deployment.endpoints;
  const { role, password, publication } = options;
  const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
  await step(`database ${database}`, (update) => ensureDatabase(postgres, wish, context, update));
  await withPostgres(postgres, database, async (client) => {
    const settings = { database, role, password, publication, adminUser: postgres.adminUser };
    await applyPlan(client, settings, step, context);
    await step("setup function", () => ensureSetupFunctions(client, [SCHEMA_PERMISSIONS], options));
  });
  await step(`access as ${role}`, () => checkAccess(postgres, wish.database, options));
}

/** SQLSTATEs of two runs that make the same role or grant at the same moment: one looks again and finds it done. */
const COLLISIONS = ["42710", "23505", "XX000", "40P01"];
const ATTEMPTS = 5;

/** Everything in one transaction under a lock: two runs cannot collide, and a failure leaves nothing half-done. */
async function applyPlan(
  client: PostgresClient,
  settings: PrepareSettings,
  step: Stage["step"],
  context: Context,
): Promise<void> {
  const plan = await retryCollisions(() =>
    underPrepareLock(client, async () => {
      const steps = planPrepare(await readFacts(client, settings.role, settings.publication), settings);
      for (const sql of steps.flatMap((planned) => planned.sql)) {
        context.signal.throwIfAborted();
        const shown = sql.replaceAll(quoteLiteral(settings.password), "'[hidden]'");
        context.report({ type: "debug", message: `${shown};` });
        await client.query(sql);
      }
      return steps;
    }),
  );
  for (const planned of plan) await step(planned.step, () => Promise.resolve(done(planned)));
}

const done = ({ status, detail }: PlannedStep) => outcome(status, detail);

async function retryCollisions<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !COLLISIONS.some((code) => hasSqlState(error, code))) throw error;
    }
  }
}
