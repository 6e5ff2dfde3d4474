import type { PostgresClient } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { notYet, waitUntil } from "../wait/wait-until.js";
import { readArchiveHealth } from "./archive-health.js";
import { FAILURES_IN_A_ROW, notArchived } from "./wait-for-archived.js";

/**
 * Watches the archiver until the signal aborts, for a tool that waits for the archive without an end of its own.
 * @throws CdcError WAL_NOT_ARCHIVED, when it fails again and again; BACKUP_FAILED when the time is over
 */
export async function watchArchiver(client: PostgresClient, context: Context): Promise<never> {
  const { failedCount: failedBefore } = await readArchiveHealth(client);
  return waitUntil<never>({
    intervalMs: 500,
    ...context,
    probe: async () => {
      const { isFailing, failedCount, lastFailedWal, lastFailedAt } = await readArchiveHealth(client);
      if (isFailing && failedCount - failedBefore >= FAILURES_IN_A_ROW)
        throw notArchived(
          `the archiver failed for ${lastFailedWal ?? "?"} at ${lastFailedAt ?? "?"}, again and again`,
        );
      return notYet("the backup is being made");
    },
    onTimeout: () =>
      new CdcError("BACKUP_FAILED", "the backup was not made in time", {
        hint: "more time: --timeout SECONDS",
      }),
  });
}
