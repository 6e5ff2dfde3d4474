import type { KeptPostgres } from "../teardown/keep-postgres.js";

/** What `down --keep-postgres` adds to the `--json` document. */
export function describeReleased({ released, foreignSlots }: KeptPostgres) {
  return {
    droppedSlots: released.map(({ slot, database, unread: { bytes, changes } }) => ({
      name: slot,
      database,
      unreadBytes: bytes,
      unreadChanges: "unknown" in changes ? null : changes.count,
    })),
    keptSlots: foreignSlots.map(({ name, database }) => ({ name, database })),
  };
}

export type ReleasedDocument = ReturnType<typeof describeReleased>;
