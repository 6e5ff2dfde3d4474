import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import type { DatabaseNames } from "../names.js";
import { outcome, type StepOutcome } from "../run-stage.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";

/**
 * Drops a database's slot, when its reader has left. What it holds comes in the snapshot that follows; read after that,
 * old changes would stand behind newer rows. One that PostgreSQL gave up, or that cannot be decoded any more, would
 * never be read at all.
 * @throws CdcError SLOT_IN_USE
 */
export async function dropSlot(
  postgres: PostgresEndpoint,
  { slot, database }: DatabaseNames,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  return withPostgres(postgres, "postgres", async (client) => {
    const drop = async () => {
      const { rows } = await client.query<{ active: boolean }>(
        "SELECT active FROM pg_replication_slots WHERE slot_name = $1 AND database = $2",
        [slot, database],
      );
      const [found] = rows;
      if (found === undefined) return ready(outcome("unchanged", "none"));
      if (found.active) return notYet(`slot ${slot} is still read`);
      await client.query("SELECT pg_drop_replication_slot($1)", [slot]);
      return ready(outcome("removed", `${slot}; a new one is made with the snapshot`));
    };
    return waitUntil({
      intervalMs: 100,
      ...context,
      probe: drop,
      onReason: update,
      onTimeout: (reason) =>
        new CdcError("SLOT_IN_USE", `${reason}, by something other than the connector, which is stopped`, {
          hint: `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${slot}';`,
        }),
    });
  });
}
