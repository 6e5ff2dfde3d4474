import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import type { SlotFacts } from "./server-facts.js";

/** Where less is kept, it is no matter yet how fast it grows. */
const MUCH_BYTES = 16 * 1024 ** 2;
const WATCH_MS = 1_000;

/**
 * How many bytes of WAL a second are written now. Only measured, for a moment, where a slot keeps much; else null.
 */
export async function measureWal(
  client: PostgresClient,
  slots: readonly SlotFacts[],
  { signal }: Pick<Context, "signal">,
): Promise<number | null> {
  if (slots.every(({ retainedBytes }) => (retainedBytes ?? 0) < MUCH_BYTES)) return null;
  const startedMs = performance.now();
  const before = await writtenBytes(client);
  return waitUntil({
    intervalMs: WATCH_MS,
    deadline: deadlineIn(10 * WATCH_MS),
    signal,
    onTimeout: (reason) => new CdcError("POSTGRES_FAILED", reason),
    probe: async () => {
      const ms = performance.now() - startedMs;
      if (ms < WATCH_MS) return notYet("the growth of WAL is measured");
      return ready(((await writtenBytes(client)) - before) / (ms / 1000));
    },
  });
}

async function writtenBytes(client: PostgresClient): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
       '0/0')::float8 AS bytes`,
  );
  return rows[0]?.bytes ?? 0;
}
