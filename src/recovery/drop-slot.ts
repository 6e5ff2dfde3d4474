import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import { waitUntilSlotIsIdle } from "../clients/wait-until-slot-is-idle.js";
import type { Context } from "../context.js";
import type { DatabaseNames } from "../names.js";
import { outcome, type StepOutcome } from "../run-stage.js";

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
    await waitUntilSlotIsIdle(client, slot, context, update);
    const { rowCount } = await client.query(
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND database = $2",
      [slot, database],
    );
    return rowCount === 0
      ? outcome("unchanged", "none")
      : outcome("removed", `${slot}; a new one is made with the snapshot`);
  });
}
