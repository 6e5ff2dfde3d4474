import type { PostgresClient } from "../clients/postgres.js";

/** Whether WAL gets into its archive. */
export interface ArchiveHealth {
  readonly isOn: boolean;
  /** The last attempt failed. */
  readonly isFailing: boolean;
  readonly failedCount: number;
  readonly lastArchivedWal: string | null;
  readonly lastArchivedAt: string | null;
  readonly lastFailedWal: string | null;
  readonly lastFailedAt: string | null;
}

export async function readArchiveHealth(client: PostgresClient): Promise<ArchiveHealth> {
  const { rows } = await client.query<ArchiveHealth>(
    `SELECT current_setting('archive_mode') <> 'off' AS "isOn",
            coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing",
            failed_count::int AS "failedCount",
            last_archived_wal AS "lastArchivedWal", last_archived_time::text AS "lastArchivedAt",
            last_failed_wal AS "lastFailedWal", last_failed_time::text AS "lastFailedAt"
     FROM pg_stat_archiver`,
  );
  const [health] = rows;
  if (health === undefined) throw new Error("pg_stat_archiver has no row");
  return health;
}
