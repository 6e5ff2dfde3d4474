import { type PostgresEndpoint, postgresErrorOf, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { foreseenError } from "../errors.js";
import type { SafeFix } from "./safe-fixes.js";

export interface AppliedFix extends SafeFix {
  readonly status: "applied" | "failed";
  /** Why it failed, else null. */
  readonly message: string | null;
}

/** Short: whoever uses the table must not queue up behind a fix that waits for it. */
const LOCK_TIMEOUT = "5s";

/**
 * Runs each statement by itself, as the administrator: one that fails is told of, and the others go on.
 * One connection a database, one database after the other, because some statements change what the
 * databases of a server share.
 */
export async function applyFixes(
  fixes: readonly SafeFix[],
  postgres: PostgresEndpoint,
  { signal }: Pick<Context, "signal">,
): Promise<AppliedFix[]> {
  const messages = new Map<SafeFix, string | null>();
  for (const database of new Set(fixes.map((fix) => fix.database))) {
    const own = fixes.filter((fix) => fix.database === database);
    try {
      await withPostgres(postgres, database, async (client) => {
        await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
        for (const fix of own) {
          signal.throwIfAborted();
          messages.set(fix, await refusalOf(client.query(fix.sql)));
        }
      });
    } catch (error) {
      const { message } = foreseenError(error, signal);
      for (const fix of own) if (!messages.has(fix)) messages.set(fix, message);
    }
  }
  return fixes.map((fix) => {
    const message = messages.get(fix) ?? null;
    return { ...fix, status: message === null ? "applied" : "failed", message };
  });
}

/** PostgreSQL's refusal of one statement, or null; whatever else fails concerns the whole connection. */
async function refusalOf(query: Promise<unknown>): Promise<string | null> {
  try {
    await query;
    return null;
  } catch (error) {
    const refusal = postgresErrorOf(error);
    if (refusal === undefined) throw error;
    return `${refusal.message} (${refusal.code ?? "no SQLSTATE"})`;
  }
}
