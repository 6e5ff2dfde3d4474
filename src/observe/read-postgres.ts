import { type PostgresClient, type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import { freeBytes } from "../doctor/facts/free-bytes.js";
import { type ArchiveHealth, readArchiveHealth } from "../recovery/archive-health.js";

/** What PostgreSQL says of its WAL and who reads it. */
export interface PostgresLook {
  readonly endLsn: string;
  readonly slots: readonly SlotRow[];
  readonly slotLimitBytes: number | null;
  readonly averageBytesPerSecond: number | null;
  readonly freeBytes: number | null;
  readonly archive: ArchiveHealth;
  /** Files of WAL that are full: where each ends, and for how long it has been so, by the server's clock. Empty where they may not be seen or were not asked for. */
  readonly files: readonly { readonly endLsn: string; readonly ageMs: number }[];
}

export interface SlotRow {
  readonly name: string;
  readonly database: string;
  readonly active: boolean;
  readonly walStatus: string | null;
  readonly confirmedLsn: string | null;
  readonly unconfirmedBytes: number | null;
  readonly retainedBytes: number | null;
  readonly safeBytes: number | null;
}

interface ServerRow {
  readonly endLsn: string;
  readonly slots: readonly SlotRow[];
  readonly slotLimitBytes: number | null;
  readonly averageBytesPerSecond: number | null;
  /** null where the administrator may not know. */
  readonly dataDirectory: string | null;
  readonly mayListWal: boolean;
}

const SERVER = `
WITH ends AS (
  SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn
)
SELECT ends.lsn::text AS "endLsn",
  (SELECT nullif(setting, '-1')::float8 * 1024 * 1024 FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS "slotLimitBytes",
  (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS "dataDirectory",
  has_function_privilege('pg_ls_waldir()', 'EXECUTE') AS "mayListWal",
  (SELECT wal_bytes::float8 / nullif(extract(epoch FROM clock_timestamp() - stats_reset), 0)::float8 FROM pg_stat_wal) AS "averageBytesPerSecond",
  coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'name', slot_name, 'database', database, 'active', active, 'walStatus', wal_status,
      'confirmedLsn', confirmed_flush_lsn, 'safeBytes', safe_wal_size,
      'unconfirmedBytes', greatest(0, pg_wal_lsn_diff(ends.lsn, confirmed_flush_lsn)),
      'retainedBytes', greatest(0, pg_wal_lsn_diff(ends.lsn, restart_lsn))) ORDER BY slot_name)
    FROM pg_replication_slots WHERE slot_type = 'logical'), '[]') AS slots
FROM ends`;

/** A file's name holds a timeline and its number; one that lies beyond the end was written for another time, and waits. */
const WAL_FILES = `
WITH segment AS (SELECT setting::bigint AS size FROM pg_settings WHERE name = 'wal_segment_size'),
file AS (
  SELECT ('x' || lpad(substr(name, 9, 8), 16, '0'))::bit(64)::bigint * (4294967296 / segment.size)
         + ('x' || lpad(substr(name, 17, 8), 16, '0'))::bit(64)::bigint AS number, segment.size, modification
  FROM pg_ls_waldir() AS found CROSS JOIN segment WHERE name ~ '^[0-9A-F]{24}$'
)
SELECT ('0/0'::pg_lsn + (number + 1)::numeric * size)::text AS "endLsn",
       (extract(epoch FROM clock_timestamp() - modification) * 1000)::float8 AS "ageMs"
FROM file WHERE '0/0'::pg_lsn + (number + 1)::numeric * size <= $1 ORDER BY number`;

/**
 * Asks with two or three statements over one connection, however many slots there are.
 * @param withFiles whether to look at the files of WAL as well, which tell when something was written
 * @throws CdcError POSTGRES_UNREACHABLE, POSTGRES_REFUSED, POSTGRES_FAILED
 */
export function readPostgres(
  endpoint: PostgresEndpoint,
  { withFiles }: { readonly withFiles: boolean },
): Promise<PostgresLook> {
  return withPostgres(endpoint, endpoint.adminDatabase, async (client) => {
    const [{ rows }, archive] = await Promise.all([
      client.query<ServerRow>(SERVER),
      readArchiveHealth(client),
    ]);
    const [row] = rows;
    if (row === undefined) throw new Error("the query for slots returned no row");
    const { dataDirectory, mayListWal, ...known } = row;
    return {
      ...known,
      archive,
      freeBytes: dataDirectory === null ? null : await freeBytes(endpoint.host)(dataDirectory),
      files: withFiles && mayListWal ? await readFiles(client, row.endLsn) : [],
    };
  });
}

async function readFiles(client: PostgresClient, endLsn: string): Promise<PostgresLook["files"]> {
  return (await client.query<PostgresLook["files"][number]>(WAL_FILES, [endLsn])).rows;
}
