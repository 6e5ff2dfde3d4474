import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { formatLsn, parseLsn } from "../lsn.js";
import { notYet, type Probe, ready, waitUntil } from "../wait/wait-until.js";
import { explainRecoveryLog } from "./explain-recovery-log.js";
import type { RestorePlan } from "./plan-restore.js";

/** Where a recovery ended. */
export interface Reached {
  /** The last position of the old timeline. */
  readonly lsn: string;
  /** The timeline that began there. */
  readonly timeline: number;
  /** PostgreSQL's words for why it stopped there: `before 2026-11-23 10:00:00+00`. */
  readonly reason: string;
}

export interface RecoveringServer {
  readonly postgres: PostgresEndpoint;
  /** The server's log so far, once it has ended. */
  readonly logIfEnded: () => Promise<string | undefined>;
  /** The server's log so far, where it can be read while it runs. */
  readonly readLog?: () => Promise<string>;
}

/**
 * Waits until a recovering server has come to its target and takes writes.
 * @throws CdcError RESTORE_FAILED with the server's own reason
 */
export async function watchRecovery(
  { postgres, logIfEnded, readLog }: RecoveringServer,
  plan: RestorePlan,
  context: Context,
  update: (message: string) => void,
): Promise<Reached> {
  const reached = await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const log = await logIfEnded();
      if (log !== undefined) throw ended(log, plan);
      return askServer(postgres);
    },
    onTimeout: (reason) =>
      new CdcError("RESTORE_FAILED", `the recovery did not end in time; last seen: ${reason}`, {
        hint: "more time: --timeout SECONDS",
      }),
  });
  if (isWholeWay(reached, plan)) return reached;
  const { redoneToLsn } = explainRecoveryLog((await readLog?.()) ?? "");
  throw damaged(reached.lsn, redoneToLsn, plan);
}

async function askServer(postgres: PostgresEndpoint): Promise<Probe<Reached>> {
  try {
    return await withPostgres(postgres, "postgres", async (client) => {
      const { rows } = await client.query<{ recovering: boolean; lsn: string; time: string | null }>(
        `SELECT pg_is_in_recovery() AS recovering, coalesce(pg_last_wal_replay_lsn(), '0/0')::text AS lsn,
                pg_last_xact_replay_timestamp()::text AS time`,
      );
      const [{ recovering, lsn, time } = { recovering: true, lsn: "?", time: null }] = rows;
      if (recovering) return notYet(`replayed to ${lsn}${time === null ? "" : `, ${time}`}`);
      const history = await client.query<{ timeline: string; text: string }>(
        `SELECT timeline, pg_read_file('pg_wal/' || timeline || '.history') AS text
         FROM left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline`,
      );
      return ready(readReached(history.rows[0]));
    });
  } catch (error) {
    // Until it is consistent, a recovering server refuses everybody; a wrong password stays wrong.
    if (error instanceof CdcError && error.code !== "POSTGRES_UNREACHABLE") throw error;
    return notYet(error instanceof Error ? error.message : String(error));
  }
}

function readReached(row: { timeline: string; text: string } | undefined): Reached {
  const last = row?.text.trim().split("\n").at(-1) ?? "";
  const [, lsn = "?", reason = ""] = /^\d+\s+(\S+)\s+(.*)$/.exec(last) ?? [];
  return { lsn, timeline: parseInt(row?.timeline ?? "0", 16), reason };
}

/** Damaged WAL ends a recovery without a target as if it were the last. */
const isWholeWay = ({ lsn }: Reached, { target, lastSegmentLsn }: RestorePlan): boolean =>
  target.kind !== "latest" || parseLsn(lsn) >= lastSegmentLsn;

/** @param lastRecordLsn where the last whole record begins: a recovery to its end would look for one more */
function damaged(lsn: string, lastRecordLsn: bigint | undefined, { endLsn }: RestorePlan): CdcError {
  return new CdcError(
    "RESTORE_FAILED",
    `the recovery ended at ${lsn}, though WAL is archived to ${formatLsn(endLsn)}: a file of it is damaged`,
    {
      hint:
        lastRecordLsn === undefined
          ? "a time or position before that can still be restored"
          : `to have what comes before it: --to ${formatLsn(lastRecordLsn)}`,
    },
  );
}

function ended(log: string, plan: RestorePlan): CdcError {
  const { reason = lastLines(log), endedTooEarly, redoneToLsn } = explainRecoveryLog(log);
  if (endedTooEarly && redoneToLsn !== undefined && redoneToLsn < plan.lastSegmentLsn) {
    return damaged(formatLsn(redoneToLsn), redoneToLsn, plan);
  }
  const hint =
    endedTooEarly && plan.target.kind !== "latest"
      ? "no change is known to come after the target; --to latest restores all that is archived"
      : "cdc-pipeline backup list shows what can be restored";
  return new CdcError("RESTORE_FAILED", `PostgreSQL ended while it recovered: ${reason}`, { hint });
}

const lastLines = (log: string): string => log.trim().split("\n").slice(-5).join("\n");
