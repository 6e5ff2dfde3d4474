import type { PostgresClient } from "../../clients/postgres.js";
import { type Rows, runBatch } from "../../clients/run-batch.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

const LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('cdc-pipeline prepare')) AS locked";

/**
 * Runs `work` in a transaction that no other run can be in at the same time in this database, with the rows
 * that `query` answers in it. `work` commits; whatever it leaves open is rolled back.
 * @throws CdcError LOCKED where another run does not end in time
 */
export async function underPrepareLock<T>(
  client: PostgresClient,
  query: string,
  { database, context }: { readonly database: string; readonly context: Context },
  work: (rows: Rows) => Promise<T>,
): Promise<T> {
  try {
    const found = await waitUntil({
      intervalMs: 50,
      deadline: context.deadline,
      signal: context.signal,
      onReason: (reason) => context.report({ type: "notice", message: `${database}: ${reason}, waiting` }),
      probe: async () => {
        const [, lock, rows] = await runBatch(client, ["BEGIN", LOCK, query], context.signal);
        if (lock?.[0]?.locked === true) return ready(rows ?? []);
        await client.query("ROLLBACK");
        return notYet("another run prepares it");
      },
      onTimeout: (reason) =>
        new CdcError("LOCKED", `database ${database}: ${reason}`, { hint: "run this again" }),
    });
    return await work(found);
  } finally {
    // Behind a COMMIT it does nothing but warn.
    await client.query("ROLLBACK").catch(() => undefined);
  }
}
