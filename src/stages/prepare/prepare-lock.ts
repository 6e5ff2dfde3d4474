import type { PostgresClient } from "../../clients/postgres.js";
import { type Rows, runBatch } from "../../clients/run-batch.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

const LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('cdc-pipeline prepare')) AS locked";

/** Compiling a query that runs once takes longer than running it. */
const NO_JIT = "SET LOCAL jit = off";

/** What was read, and whether what follows from it may be written: no other run is at work in this database. */
export interface LockedRead {
  readonly rows: Rows;
  readonly isLocked: boolean;
}

/**
 * Begins a transaction, takes the lock if it is free, and reads: all in one round trip, which waits for
 * nobody. A transaction that has only read, and locked what only this program knows, writes nothing.
 */
export async function beginWithLock(
  client: PostgresClient,
  query: string,
  signal: AbortSignal,
): Promise<LockedRead> {
  const [, , lock, rows = []] = await runBatch(client, ["BEGIN", NO_JIT, LOCK, query], signal);
  return { rows, isLocked: lock?.[0]?.locked === true };
}

/**
 * The same until the lock is there.
 * @throws CdcError LOCKED where another run does not end in time
 */
export async function waitForLock(
  client: PostgresClient,
  query: string,
  { database, context }: { readonly database: string; readonly context: Context },
): Promise<Rows> {
  return waitUntil({
    intervalMs: 50,
    ...context,
    onReason: (reason) => context.report({ type: "notice", message: `${database}: ${reason}, waiting` }),
    probe: async () => {
      const { rows, isLocked } = await beginWithLock(client, query, context.signal);
      if (isLocked) return ready(rows);
      await client.query("ROLLBACK");
      return notYet("another run prepares it");
    },
    onTimeout: (reason) =>
      new CdcError("LOCKED", `database ${database}: ${reason}`, { hint: "run this again" }),
  });
}
