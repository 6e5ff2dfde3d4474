import { hasSqlState, type PostgresClient, quoteLiteral } from "../../clients/postgres.js";
import { runBatch, StatementRefused } from "../../clients/run-batch.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { PlanRequest } from "./plan/plan-request.js";
import { type DatabaseSteps, hasWork, renderStatement, showStatement } from "./plan/planned-step.js";
import { beginWithLock, waitForLock } from "./prepare-lock.js";
import { scramVerifier } from "./scram-verifier.js";

/** SQLSTATEs of two runs that make the same role or grant at the same moment: one looks again and finds it done. */
const COLLISIONS = ["42710", "23505", "XX000", "40P01"];
const ATTEMPTS = 5;

/**
 * Looks at a database, and changes it where there is something to change: in one transaction under a lock,
 * so that two runs cannot collide and a failure leaves nothing half-done. Where there is nothing to do, it
 * waits for nobody.
 * @throws CdcError what `plan` throws, POSTGRES_FAILED, LOCKED
 */
export async function applyPlan(
  client: PostgresClient,
  request: PlanRequest,
  password: string,
  context: Context,
): Promise<DatabaseSteps> {
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await attempt(client, request, password, context);
    } catch (error) {
      if (!(error instanceof StatementRefused)) throw error;
      if (left === 0 || !COLLISIONS.some((code) => hasSqlState(error.cause, code))) throw error.cause;
    } finally {
      // Behind a COMMIT it does nothing but warn.
      await client.query("ROLLBACK").catch(() => undefined);
    }
  }
}

async function attempt(
  client: PostgresClient,
  request: PlanRequest,
  password: string,
  context: Context,
): Promise<DatabaseSteps> {
  const ask = async (query: string) => (await client.query<Record<string, unknown>>(query)).rows;
  const seen = await beginWithLock(client, request.query, context.signal);
  let plan = await request.plan(seen.rows, ask);
  if (!seen.isLocked && hasWork(plan)) {
    await client.query("ROLLBACK");
    const rows = await waitForLock(client, request.query, { ...request, context });
    plan = await request.plan(rows, ask);
  }
  if (hasWork(plan)) await write(client, plan, password, context);
  return plan;
}

/** Everything in one round trip, the COMMIT too. */
async function write(
  client: PostgresClient,
  { steps }: DatabaseSteps,
  password: string,
  context: Context,
): Promise<void> {
  const statements = steps.flatMap(({ sql }) => sql);
  context.signal.throwIfAborted();
  for (const statement of statements) {
    context.report({ type: "debug", message: `${showStatement(statement)};` });
  }
  // Takes milliseconds by design, and one database of all needs it.
  const verifier = () => quoteLiteral(scramVerifier(password));
  const limits = [
    `SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(context.deadline.remainingMs()))}`,
    // The bodies are our own; checking them would load the language into every new session.
    "SET LOCAL check_function_bodies = off",
  ];
  const sent = [...limits, ...statements.map((one) => renderStatement(one, verifier)), "COMMIT"];
  try {
    await runBatch(client, sent, context.signal);
  } catch (error) {
    const culprit = error instanceof StatementRefused ? statements[error.index - limits.length] : undefined;
    throw culprit === undefined ? error : explain(error as StatementRefused, showStatement(culprit), client);
  }
}

/** SQLSTATE class of a connection that the server ends, which is told as such. */
const SERVER_SHUTDOWN = "57P0";
const LOCK_NOT_AVAILABLE = "55P03";

function explain(error: StatementRefused, statement: string, client: PostgresClient): Error {
  const { cause } = error;
  const code = cause.code ?? "";
  if (COLLISIONS.includes(code)) return error;
  if (code.startsWith(SERVER_SHUTDOWN)) return cause;
  if (code === LOCK_NOT_AVAILABLE) {
    return new CdcError("LOCKED", `waited for a lock until the time was over, in: ${statement}`, {
      hint: "see who holds it: SELECT pid, query FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(…)); then run this again",
      cause,
    });
  }
  return new CdcError(
    "POSTGRES_FAILED",
    `PostgreSQL at ${client.host}:${client.port}: ${cause.message} (${code}), in: ${statement}`,
    { ...(cause.hint === undefined ? {} : { hint: cause.hint }), cause },
  );
}
