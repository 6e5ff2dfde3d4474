import type { PostgresClient } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";

interface ArchiverState {
  readonly waiting: readonly string[];
  /** The last attempt failed. */
  readonly isFailing: boolean;
  readonly failedCount: number;
  readonly lastFailedWal: string | null;
  readonly lastFailedTime: string | null;
}

/** PostgreSQL tries three times in a row before it takes a rest of a minute: then it has failed for a reason. */
export const FAILURES_IN_A_ROW = 3;
/** Some of the three may come before the wait looks first; an archiver that failed and tries no more takes its rest. */
const QUIET_MS = 5_000;

/**
 * Waits until the files of WAL are in the archive.
 * @throws CdcError WAL_NOT_ARCHIVED, with the archiver's last failure, when it fails again and again
 */
export async function waitForArchived(
  client: PostgresClient,
  files: readonly string[],
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  let failedBefore: number | undefined;
  let last = { failedCount: -1, atMs: 0 };
  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const state = await readArchiver(client, files);
      if (state.waiting.length === 0) return ready(undefined);
      failedBefore ??= state.failedCount;
      const reason = describeWait(state);
      const nowMs = performance.now();
      if (state.failedCount !== last.failedCount) last = { failedCount: state.failedCount, atMs: nowMs };
      const isResting = state.isFailing && nowMs - last.atMs > QUIET_MS;
      if (isResting || state.failedCount - failedBefore >= FAILURES_IN_A_ROW) throw notArchived(reason);
      return notYet(reason);
    },
    onTimeout: notArchived,
  });
}

async function readArchiver(client: PostgresClient, files: readonly string[]): Promise<ArchiverState> {
  const { rows } = await client.query<ArchiverState>(
    `SELECT (SELECT coalesce(array_agg(left(name, -6)), '{}') FROM pg_ls_archive_statusdir()
             WHERE name = ANY ($1)) AS waiting,
            coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing",
            failed_count::int AS "failedCount", last_failed_wal AS "lastFailedWal",
            last_failed_time::text AS "lastFailedTime"
     FROM pg_stat_archiver`,
    [files.map((file) => `${file}.ready`)],
  );
  return (
    rows[0] ?? { waiting: files, isFailing: false, failedCount: 0, lastFailedWal: null, lastFailedTime: null }
  );
}

function describeWait({ waiting, failedCount, lastFailedWal, lastFailedTime }: ArchiverState): string {
  const what = `${waiting.join(", ")} is not in the archive yet`;
  if (failedCount === 0 || lastFailedWal === null) return what;
  return `${what}; the archiver failed last for ${lastFailedWal} at ${lastFailedTime ?? "?"}`;
}

export function notArchived(reason: string): CdcError {
  return new CdcError("WAL_NOT_ARCHIVED", reason, {
    hint: "cdc-pipeline logs postgres has the words of archive_command; is the archive's disk full?",
  });
}
