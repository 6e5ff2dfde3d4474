import { hasSqlState, type PostgresClient, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { checkDatabaseName } from "../../names.js";
import { outcome, type Stage, type StepOutcome } from "../../run-stage.js";
import { applyPlan } from "./apply-plan.js";
import { checkAccess, logIn } from "./check-access.js";
import { type DatabaseWish, ensureDatabase, existingDatabase } from "./ensure-database.js";
import type { ServerLook } from "./look-at-server.js";
import { databaseRequest } from "./plan/plan-request.js";
import { type PrepareOptions, TEMPLATE } from "./prepare-options.js";

/** Makes one database ready for Debezium, and looks whether Debezium's role can read it. */
export async function prepareDatabase(
  wish: DatabaseWish,
  look: ServerLook,
  options: PrepareOptions,
  stage: Stage,
  context: Context,
): Promise<void> {
  const { database } = wish;
  const { postgres } = options.deployment.endpoints;
  const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
  await step(`database ${database}`, (update) => findOrMake(wish, look, options, context, update));
  const access = `access as ${options.role}`;
  if (look.server.areLoginsAlike && look.role.hasLoggedIn) {
    // What differs from database to database is looked at without another login.
    return applySteps(database, look, options, stage, context, (client) =>
      step(access, () => checkAccess(client, database, options)),
    );
  }
  const early = await logInEarly(database, look, options);
  try {
    await applySteps(database, look, options, stage, context);
    await step(access, async () => {
      if (early !== undefined) return checkAccess(early, database, options);
      const late = await logIn(postgres, database, options);
      return checkAccess(late, database, options).finally(() => late.end());
    });
  } finally {
    await early?.end().catch(() => undefined);
  }
}

/** Makes the template ready, so that every database made from it is. */
export async function prepareTemplate(
  look: ServerLook,
  options: PrepareOptions,
  stage: Stage,
  context: Context,
): Promise<void> {
  await applySteps(TEMPLATE, look, options, stage, context);
}

/** @param finish done on the same connection, once the steps are done and told */
async function applySteps(
  database: string,
  { server, role }: ServerLook,
  options: PrepareOptions,
  stage: Stage,
  context: Context,
  finish: (client: PostgresClient) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { postgres } = options.deployment.endpoints;
  await withPostgres(postgres, database, async (client) => {
    const request = databaseRequest(database, options, server.version, role);
    const { steps, notices } = await applyPlan(client, request, options.password, context);
    for (const { step, status, detail } of steps) {
      await stage.step(step, () => Promise.resolve(outcome(status, detail)), { database });
    }
    for (const message of notices) context.report({ type: "notice", message });
    await finish(client);
  });
}

async function findOrMake(
  wish: DatabaseWish,
  { server }: ServerLook,
  { deployment }: PrepareOptions,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  checkDatabaseName(wish.database);
  const found = server.databases.find(({ name }) => name === wish.database);
  if (found === undefined) return ensureDatabase(deployment.endpoints.postgres, wish, context, update);
  refuseClosed(found);
  return existingDatabase(wish);
}

/** @throws CdcError DATABASE_UNSUITABLE */
export function refuseClosed({
  name,
  isTemplate,
  allowsConnections,
}: ServerLook["server"]["databases"][number]): void {
  const quoted = JSON.stringify(name);
  if (isTemplate) {
    throw new CdcError("DATABASE_UNSUITABLE", `${quoted} is a template: databases are made from it`, {
      hint: `name another, or: ALTER DATABASE ${quoted} IS_TEMPLATE false;`,
    });
  }
  if (!allowsConnections) {
    throw new CdcError("DATABASE_UNSUITABLE", `the database ${quoted} takes no connections`, {
      hint: `name another, or: ALTER DATABASE ${quoted} ALLOW_CONNECTIONS true;`,
    });
  }
}

/** What the preparation itself sets right: the right to log in, and the right to connect. */
const CURABLE = [
  (error: unknown) => hasSqlState(error, "42501"),
  (error: unknown) =>
    hasSqlState(error, "28000") &&
    error instanceof Error &&
    error.message.includes("not permitted to log in"),
];

/**
 * A login of a role that is there already, before anything is changed: what stands in its way and is not
 * cured by the preparation ends it here.
 */
async function logInEarly(
  database: string,
  { role }: ServerLook,
  options: PrepareOptions,
): Promise<PostgresClient | undefined> {
  if (!role.isThere || role.hasOtherPassword) return undefined;
  try {
    return await logIn(options.deployment.endpoints.postgres, database, options);
  } catch (error) {
    const refused =
      error instanceof CdcError && error.cause instanceof CdcError ? error.cause.cause : undefined;
    if (CURABLE.some((isCured) => isCured(refused))) return undefined;
    throw error;
  }
}
