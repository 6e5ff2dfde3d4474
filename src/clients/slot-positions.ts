import { type PostgresEndpoint, withPostgres } from "./postgres.js";

/** How far the reader of a logical slot has confirmed, and what PostgreSQL keeps for it. LSNs are `0/16B3748`. */
export interface SlotPosition {
  readonly name: string;
  readonly database: string;
  readonly isActive: boolean;
  /** `reserved`, `extended`, `unreserved` or `lost` */
  readonly walStatus: string | null;
  readonly confirmedLsn: string | null;
  /** Where the WAL begins that is kept for it. */
  readonly restartLsn: string | null;
  /** WAL that is kept for it; null of one that is lost. */
  readonly retainedBytes: number | null;
}

export interface SlotPositions {
  /** Where the server's WAL ends. */
  readonly endLsn: string;
  readonly slots: readonly SlotPosition[];
}

/** @throws CdcError POSTGRES_UNREACHABLE, POSTGRES_REFUSED, POSTGRES_FAILED */
export function readSlotPositions(postgres: PostgresEndpoint): Promise<SlotPositions> {
  return withPostgres(postgres, postgres.adminDatabase, async (client) => {
    const { rows } = await client.query<SlotPositions>(
      `WITH ends AS (
         SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn
       )
       SELECT ends.lsn::text AS "endLsn",
              coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                  'name', slot_name, 'database', database, 'isActive', active, 'walStatus', wal_status,
                  'confirmedLsn', confirmed_flush_lsn, 'restartLsn', restart_lsn,
                  'retainedBytes', pg_wal_lsn_diff(ends.lsn, restart_lsn)) ORDER BY slot_name)
                FROM pg_replication_slots WHERE slot_type = 'logical'), '[]') AS slots
       FROM ends`,
    );
    const [row = { endLsn: "0/0", slots: [] }] = rows;
    return row;
  });
}
