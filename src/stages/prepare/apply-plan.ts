import { hasSqlState, type PostgresClient, quoteLiteral } from "../../clients/postgres.js";
import { runBatch, StatementRefused } from "../../clients/run-batch.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { PlanRequest } from "./plan-request.js";
import { type DatabaseSteps, hasWork, renderStatement, showStatement } from "./planned-step.js";
import { underPrepareLock } from "./prepare-lock.js";
import { scramVerifier } from "./scram-verifier.js";

/** SQLSTATEs of two runs that make the same role or grant at the same moment: one looks again and finds it done. */
const COLLISIONS = ["42710", "23505", "XX000", "40P01"];
const ATTEMPTS = 5;

/**
 * Looks at a database, and changes it where there is something to change: in one transaction under a lock,
 * so that two runs cannot collide and a failure leaves nothing half-done. The first look takes no lock.
 * @throws CdcError what `plan` throws, POSTGRES_FAILED, LOCKED
 */
export async function applyPlan(
  client: PostgresClient,
  request: PlanRequest,
  password: string,
  context: Context,
): Promise<DatabaseSteps> {
  const seen = request.plan((await client.query<{ facts: unknown }>(request.query)).rows[0]?.facts);
  if (!hasWork(seen)) return seen;
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return await applyUnderLock(client, request, password, context);
    } catch (error) {
      if (!(error instanceof StatementRefused)) throw error;
      if (left === 0 || !COLLISIONS.some((code) => hasSqlState(error.cause, code))) throw error.cause;
    }
  }
}

async function applyUnderLock(
  client: PostgresClient,
  request: PlanRequest,
  password: string,
  context: Context,
): Promise<DatabaseSteps> {
  return underPrepareLock(client, request.query, { ...request, context }, async (rows) => {
    const plan = request.plan(rows[0]?.facts);
    if (!hasWork(plan)) return plan;
    const statements = plan.steps.flatMap(({ sql }) => sql);
    context.signal.throwIfAborted();
    for (const statement of statements) {
      context.report({ type: "debug", message: `${showStatement(statement)};` });
    }
    const literal = quoteLiteral(scramVerifier(password));
    const limit = `SET LOCAL lock_timeout = ${Math.max(1, Math.ceil(context.deadline.remainingMs()))}`;
    const sent = [limit, ...statements.map((one) => renderStatement(one, () => literal)), "COMMIT"];
    try {
      await runBatch(client, sent, context.signal);
    } catch (error) {
      const culprit = error instanceof StatementRefused ? statements[error.index - 1] : undefined;
      throw culprit === undefined
        ? error
        : explain(error as StatementRefused, showStatement(culprit), client);
    }
    return plan;
  });
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
