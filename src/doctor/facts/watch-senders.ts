import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError, toCdcError } from "../../errors.js";
import { deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import type { SlotFacts } from "./server-facts.js";

/** A sender that is nearer to the end than this is not watched: it may have nothing to do. */
const FAR_BYTES = 16 * 1024 ** 2;
const WATCH_MS = 1_000;

/**
 * Watches the senders that are far behind for a moment, whether they move. Only they cost the time; on a
 * server where all is well nothing is waited for.
 */
export async function watchSenders(
  client: PostgresClient,
  slots: readonly SlotFacts[],
  { signal }: Pick<Context, "signal">,
): Promise<readonly SlotFacts[]> {
  const far = slots.filter(({ reader }) => (reader?.unsentBytes ?? 0) >= FAR_BYTES).map(({ name }) => name);
  if (far.length === 0) return slots;
  const before = await sentPositions(client, far);
  const still = new Set(far);
  try {
    await waitUntil({
      intervalMs: 100,
      deadline: deadlineIn(WATCH_MS),
      signal,
      probe: async () => {
        for (const [name, sent] of await sentPositions(client, far)) {
          if (sent !== before.get(name)) still.delete(name);
        }
        return still.size === 0 ? ready(undefined) : notYet(`${still.size} senders stand still`);
      },
      onTimeout: (reason) => new CdcError("NOT_STREAMING", reason),
    });
  } catch (error) {
    if (toCdcError(error).code !== "NOT_STREAMING") throw error;
  }
  return slots.map((slot) =>
    slot.reader === null || !far.includes(slot.name)
      ? slot
      : { ...slot, reader: { ...slot.reader, isStill: still.has(slot.name) } },
  );
}

async function sentPositions(
  client: PostgresClient,
  slots: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const { rows } = await client.query<{ name: string; sent: string | null }>(
    `SELECT s.slot_name AS name, r.sent_lsn::text AS sent
     FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid WHERE s.slot_name = ANY ($1)`,
    [slots],
  );
  return new Map(rows.map(({ name, sent }) => [name, sent]));
}
