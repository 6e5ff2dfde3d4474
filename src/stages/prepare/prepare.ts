import pMap from "p-map";

import { type PostgresClient, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import { type Failure, throwFailures } from "../../throw-failures.js";
import { applyPlan } from "./apply-plan.js";
import { concurrencyFor } from "./concurrency.js";
import { lookAtServer, type ServerLook } from "./look-at-server.js";
import { functionsRequest } from "./plan/plan-request.js";
import { prepareDatabase, prepareTemplate } from "./prepare-database.js";
import { type PrepareOptions, TEMPLATE } from "./prepare-options.js";

/**
 * Makes each database ready for Debezium: role, grants, publication, probe table, helper functions.
 * Idempotent. What one database fails of does not keep the others from being prepared.
 * @throws CdcError of the server, of the one database that failed, or SEVERAL_FAILED
 */
export async function prepare(options: PrepareOptions, stage: Stage, context: Context): Promise<void> {
  const { postgres } = options.deployment.endpoints;
  await withPostgres(postgres, postgres.adminDatabase, async (admin) => {
    const failures = await prepareAll(await lookAtServer(admin, options), options, stage, context);
    context.signal.throwIfAborted();
    const isAllLost = failures.length > 0 && failures.length === tasksOf(options).length;
    if (!isAllLost) await makeFunctions(admin, options, stage, context);
    throwFailures(failures, "database");
  });
}

interface Task {
  readonly database: string;
  run(look: ServerLook, stage: Stage, context: Context): Promise<void>;
}

/** The template comes last, as nobody can make a database while somebody is connected to it. */
function tasksOf(options: PrepareOptions): Task[] {
  const ofDatabases = options.databases.map((wish): Task => ({
    database: wish.database,
    run: (look, stage, context) => prepareDatabase(wish, look, options, stage, context),
  }));
  const ofTemplate: Task = {
    database: TEMPLATE,
    run: (look, stage, context) => prepareTemplate(look, options, stage, context),
  };
  return options.newDatabases ? [...ofDatabases, ofTemplate] : ofDatabases;
}

async function prepareAll(
  found: ServerLook,
  options: PrepareOptions,
  stage: Stage,
  context: Context,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  let look = found;
  const attempt = async (task: Task): Promise<boolean> => {
    if (context.signal.aborted) return false;
    try {
      await task.run(look, stage, context);
      return true;
    } catch (error) {
      failures.push({ name: task.database, error });
      return false;
    }
  };
  const tasks = tasksOf(options);
  // The role belongs to all of them, so one makes it before the others begin.
  const isSettled = look.role.isThere && !look.role.hasOtherPassword;
  let { hasLoggedIn } = look.role;
  for (let isDone = isSettled; !isDone && tasks.length > 0; hasLoggedIn = isDone) {
    const [task] = tasks.splice(0, 1);
    isDone = task !== undefined && (await attempt(task));
  }
  look = { ...look, role: { isThere: true, hasOtherPassword: false, hasLoggedIn } };
  const template = options.newDatabases ? tasks.splice(-1) : [];
  await pMap(tasks, attempt, { concurrency: concurrencyFor(look.server.freeConnections) });
  for (const task of template) await attempt(task);
  return failures;
}

async function makeFunctions(
  admin: PostgresClient,
  options: PrepareOptions,
  stage: Stage,
  context: Context,
): Promise<void> {
  const { adminDatabase } = options.deployment.endpoints.postgres;
  await stage.step(`setup functions in ${adminDatabase}`, async () => {
    const { steps } = await applyPlan(
      admin,
      functionsRequest(adminDatabase, options),
      options.password,
      context,
    );
    const [done] = steps;
    return outcome(done?.status ?? "unchanged", done?.detail);
  });
}
