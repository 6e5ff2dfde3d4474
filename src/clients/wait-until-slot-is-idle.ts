import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { deadlineIn } from "../wait/deadline.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";
import type { PostgresClient } from "./postgres.js";

/** After its connector has stopped, a slot is let go of as soon as PostgreSQL notices. */
const LET_GO_MS = 60_000;

/**
 * Waits until nobody reads a slot, or it is not there: PostgreSQL drops no other.
 * @param onReason - who reads it: `slot debezium_mykart_slot is read by pid 4711, Debezium Streaming`
 * @throws CdcError SLOT_IN_USE after a minute
 */
export function waitUntilSlotIsIdle(
  client: PostgresClient,
  slot: string,
  { signal, deadline }: Pick<Context, "signal" | "deadline">,
  onReason: (reason: string) => void,
): Promise<void> {
  return waitUntil({
    intervalMs: 100,
    deadline: deadlineIn(Math.min(LET_GO_MS, deadline.remainingMs())),
    signal,
    onReason,
    probe: async () => {
      const { rows } = await client.query<{ reader: string }>(
        `SELECT concat_ws(', ', 'pid ' || s.active_pid, coalesce(nullif(a.application_name, ''), a.usename)) AS reader
         FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
         WHERE s.slot_name = $1 AND s.active`,
        [slot],
      );
      const [row] = rows;
      return row === undefined ? ready(undefined) : notYet(`slot ${slot} is read by ${row.reader}`);
    },
    onTimeout: (reason) =>
      new CdcError("SLOT_IN_USE", `slot ${slot} cannot be dropped: ${reason}`, {
        hint: "end that reader (SELECT pg_terminate_backend(PID)), then run the command again",
      }),
  });
}
