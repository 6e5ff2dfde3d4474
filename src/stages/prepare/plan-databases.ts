import pMap from "p-map";

import { type PostgresClient, quoteIdentifier, quoteLiteral, withPostgres } from "../../clients/postgres.js";
import { runBatch } from "../../clients/run-batch.js";
import type { Context } from "../../context.js";
import { checkDatabaseName } from "../../names.js";
import { type Failure, throwFailures } from "../../throw-failures.js";
import { MARK } from "../own-objects.js";
import { concurrencyFor } from "./concurrency.js";
import { databaseMissing, type DatabaseWish, existingDatabase } from "./ensure-database.js";
import type { DatabaseFacts } from "./facts/database-facts.js";
import { lookAtServer, type ServerLook } from "./look-at-server.js";
import { databaseRequest, functionsRequest, type PlanRequest } from "./plan/plan-request.js";
import type { DatabasePlan, DatabaseSteps, PlannedCreation } from "./plan/planned-step.js";
import { refuseClosed } from "./prepare-database.js";
import { type PrepareOptions, TEMPLATE } from "./prepare-options.js";

/**
 * What `prepare` would do, database by database in its order, and the administrator's functions last.
 * Nothing is written: every transaction is READ ONLY. The steps are those that `prepare` runs.
 * @throws CdcError as `prepare` does, where it would refuse before it writes
 */
export async function planDatabases(options: PrepareOptions, context: Context): Promise<DatabasePlan[]> {
  const { postgres } = options.deployment.endpoints;
  const { adminDatabase } = postgres;
  return withPostgres(postgres, adminDatabase, async (admin) => {
    const look = await lookAtServer(admin, options);
    const plans = await planAll(look, options, context);
    const functions = await readPlan(admin, functionsRequest(adminDatabase, options), context);
    return [...plans, { ...asPlan(adminDatabase, "administration", functions) }];
  });
}

async function planAll(look: ServerLook, options: PrepareOptions, context: Context): Promise<DatabasePlan[]> {
  const tasks = [
    ...options.databases.map((wish) => ({
      database: wish.database,
      plan: (isFirst: boolean) => planDatabase(wish, look, options, context, isFirst),
    })),
    ...(options.newDatabases
      ? [{ database: TEMPLATE, plan: (isFirst: boolean) => planTemplate(look, options, context, isFirst) }]
      : []),
  ];
  const failures: Failure[] = [];
  const plans = await pMap(
    tasks,
    async ({ database, plan }, index) => {
      context.signal.throwIfAborted();
      try {
        return await plan(index === 0);
      } catch (error) {
        failures.push({ name: database, error });
        return undefined;
      }
    },
    { concurrency: concurrencyFor(look.server.freeConnections) },
  );
  throwFailures(failures, "database");
  return plans.filter((plan) => plan !== undefined);
}

async function planDatabase(
  wish: DatabaseWish,
  look: ServerLook,
  options: PrepareOptions,
  context: Context,
  isFirst: boolean,
): Promise<DatabasePlan> {
  const { database } = wish;
  const { postgres } = options.deployment.endpoints;
  checkDatabaseName(database);
  const found = look.server.databases.find(({ name }) => name === database);
  if (found !== undefined) {
    refuseClosed(found);
    const { status, detail } = existingDatabase(wish);
    const exists = {
      step: `database ${database}`,
      status: status as "unchanged",
      ...(detail === undefined ? {} : { detail }),
      sql: [],
    };
    const request = requestFor(database, look, options, isFirst);
    const { steps, notices } = await readIn(database, request, options, context);
    return asPlan(database, "application", { steps: [exists, ...steps], notices });
  }
  if (wish.schemaFile === undefined && !wish.mayCreateEmpty) throw databaseMissing(postgres, database);
  const request = requestFor(database, look, options, isFirst, (facts) =>
    asNew(facts, wish.schemaFile === undefined ? undefined : options.schemas),
  );
  return {
    ...asPlan(database, "application", await readIn(TEMPLATE, request, options, context)),
    creation: creationOf(wish, postgres.adminDatabase),
    isAssumed: true,
  };
}

async function planTemplate(
  look: ServerLook,
  options: PrepareOptions,
  context: Context,
  isFirst: boolean,
): Promise<DatabasePlan> {
  const request = requestFor(TEMPLATE, look, options, isFirst);
  return asPlan(TEMPLATE, "template", await readIn(TEMPLATE, request, options, context));
}

function requestFor(
  database: string,
  { server, role }: ServerLook,
  options: PrepareOptions,
  isFirst: boolean,
  amend: (facts: DatabaseFacts) => DatabaseFacts = (facts) => facts,
): PlanRequest {
  return isFirst
    ? databaseRequest(database, options, server.version, role, amend)
    : databaseRequest(database, options, server.version, SETTLED, (facts) => amend(settled(facts)));
}

function asPlan(database: string, kind: DatabasePlan["kind"], steps: DatabaseSteps): DatabasePlan {
  return { database, kind, creation: null, isAssumed: false, ...steps };
}

function creationOf({ database, schemaFile }: DatabaseWish, connectTo: string): PlannedCreation {
  const name = quoteIdentifier(database);
  return {
    step: `database ${database}`,
    status: "created",
    detail: schemaFile === undefined ? "empty" : `from ${schemaFile}`,
    sql: [`CREATE DATABASE ${name}`, `COMMENT ON DATABASE ${name} IS ${quoteLiteral(MARK)}`],
    connectTo,
    ...(schemaFile === undefined ? {} : { schemaFile }),
  };
}

/** By the time of any but the first, the first has made the role, or set right what it lacked. */
const settled = (facts: DatabaseFacts): DatabaseFacts => ({ ...facts, role: SETTLED_ROLE });
const SETTLED_ROLE = { login: true, replication: true, createdb: true, superuser: false };
const SETTLED = { isThere: true, hasOtherPassword: false, hasLoggedIn: false };

/**
 * What differs between template1 and a database that is made from it: it belongs to the administrator.
 * @param ofFile the schemas that are captured of what an SQL file will make; empty means all; undefined: no file
 */
function asNew(facts: DatabaseFacts, ofFile: readonly string[] | undefined): DatabaseFacts {
  const schemas = [...new Set([...facts.schemas, ...(ofFile ?? [])])];
  const filled = ofFile === undefined ? [] : ofFile.length === 0 ? schemas : ofFile;
  return {
    ...facts,
    schemas,
    // Which of them gets tables is not known; the grant does no harm to one without.
    schemasWithoutSelect: [...new Set([...facts.schemasWithoutSelect, ...filled])],
    // Everybody may connect to a new database.
    hasConnect: true,
    admin: { ...facts.admin, mayCreate: true },
    schemasOutOfReach: [],
    functions: { ...facts.functions, mayCreate: facts.functions.hasSchema },
  };
}

async function readIn(
  database: string,
  request: PlanRequest,
  { deployment }: PrepareOptions,
  context: Context,
): Promise<DatabaseSteps> {
  return withPostgres(deployment.endpoints.postgres, database, (client) =>
    readPlan(client, request, context),
  );
}

async function readPlan(
  client: PostgresClient,
  { query, plan }: PlanRequest,
  { signal }: Context,
): Promise<DatabaseSteps> {
  const [, rows = []] = await runBatch(client, ["BEGIN READ ONLY", query], signal);
  const ask = async (more: string) => (await client.query<Record<string, unknown>>(more)).rows;
  return plan(rows, ask);
}
