import type { PostgresClient } from "../clients/postgres.js";

/** Whether WAL gets into its archive. Times are in UTC, as PostgreSQL reads them; ages by the server's clock. */
export interface ArchiveHealth {
  readonly isOn: boolean;
  /** The last attempt failed. */
  readonly isFailing: boolean;
  /** Since the server's statistics were begun. */
  readonly failedCount: number;
  readonly lastArchivedWal: string | null;
  readonly lastArchivedAt: string | null;
  readonly lastArchivedAgeMs: number | null;
  readonly lastFailedWal: string | null;
  readonly lastFailedAt: string | null;
  readonly lastFailedAgeMs: number | null;
}

const utc = (column: string): string => `(${column} AT TIME ZONE 'UTC')::text || '+00'`;

const ageMs = (column: string): string =>
  `greatest(0, round(extract(epoch FROM clock_timestamp() - ${column}) * 1000))::float8`;

export async function readArchiveHealth(client: PostgresClient): Promise<ArchiveHealth> {
  const { rows } = await client.query<ArchiveHealth>(
    `SELECT current_setting('archive_mode') <> 'off' AS "isOn",
            coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing",
            failed_count::int AS "failedCount",
            last_archived_wal AS "lastArchivedWal", ${utc("last_archived_time")} AS "lastArchivedAt",
            ${ageMs("last_archived_time")} AS "lastArchivedAgeMs",
            last_failed_wal AS "lastFailedWal", ${utc("last_failed_time")} AS "lastFailedAt",
            ${ageMs("last_failed_time")} AS "lastFailedAgeMs"
     FROM pg_stat_archiver`,
  );
  const [health] = rows;
  if (health === undefined) throw new Error("pg_stat_archiver has no row");
  return health;
}
