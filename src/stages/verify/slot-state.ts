import type { PostgresClient } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { shellWord } from "../../shell-words.js";

export interface SlotState {
  readonly isActive: boolean;
  /** The state of the process that sends the slot's changes: startup, catchup, streaming. */
  readonly senderState: string | null;
  /** What PostgreSQL has written beyond what the slot's reader has confirmed. */
  readonly lagBytes: number | null;
}

interface SlotRow extends SlotState {
  readonly database: string;
  readonly walStatus: string | null;
}

/**
 * Undefined where there is no such slot.
 * @throws CdcError NOT_STREAMING for one that is lost, or of another database
 */
export async function readSlot(
  client: PostgresClient,
  { slot, database }: DatabaseNames,
): Promise<SlotState | undefined> {
  const { rows } = await client.query<SlotRow>(
    `SELECT s.active AS "isActive", s.wal_status AS "walStatus", s.database, r.state AS "senderState",
            pg_wal_lsn_diff(pg_current_wal_lsn(), s.confirmed_flush_lsn)::float8 AS "lagBytes"
     FROM pg_replication_slots s LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
     WHERE s.slot_name = $1`,
    [slot],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.database === database && row.walStatus !== "lost") return row;
  if (row.walStatus === "lost") {
    throw new CdcError("NOT_STREAMING", `the slot ${slot} is lost: PostgreSQL has removed WAL it needs`, {
      hint: `cdc-pipeline recapture ${shellWord(database)} makes it anew, with a snapshot`,
    });
  }
  throw new CdcError("NOT_STREAMING", `the slot ${slot} belongs to ${row.database}`, {
    hint: `remove the connector, then: SELECT pg_drop_replication_slot('${slot}');`,
  });
}

/** Once capture has begun, its slot is there. @throws CdcError NOT_STREAMING */
export async function requireSlot(client: PostgresClient, names: DatabaseNames): Promise<SlotState> {
  const state = await readSlot(client, names);
  if (state !== undefined) return state;
  throw new CdcError("NOT_STREAMING", `the slot ${names.slot} is gone: changes since then are lost`, {
    hint: `somebody dropped it: cdc-pipeline recapture ${shellWord(names.database)} makes it anew, with a snapshot`,
  });
}
