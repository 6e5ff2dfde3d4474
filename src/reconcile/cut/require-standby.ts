import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { formatBytes } from "../../format.js";
import { parseLsn } from "../../lsn.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

/** @throws CdcError STANDBY_UNSUITABLE unless `standby` replays the WAL of `primary` */
export async function requireStandby(standby: PostgresClient, primary: PostgresClient): Promise<void> {
  const [its, ours] = await Promise.all([identify(standby), identify(primary)]);
  if (its.system !== ours.system) {
    throw new CdcError("STANDBY_UNSUITABLE", "the server to read from is a copy of another PostgreSQL", {
      hint: "name a standby of the server that is captured with --read-from HOST:PORT",
    });
  }
  if (!its.isStandby) {
    throw new CdcError("STANDBY_UNSUITABLE", "the server to read from replays no WAL: it is no standby", {
      hint: "leave --read-from out to read from the captured server itself",
    });
  }
}

interface Identity {
  readonly system: string;
  readonly isStandby: boolean;
}

async function identify(client: PostgresClient): Promise<Identity> {
  const { rows } = await client.query<Identity>(
    `SELECT system_identifier::text AS system, pg_is_in_recovery() AS "isStandby" FROM pg_control_system()`,
  );
  return rows[0] ?? { system: "", isStandby: false };
}

/**
 * Waits until a standby has replayed what was committed before `lsn`: what Kafka had by then, its rows have too.
 * @throws CdcError STANDBY_UNSUITABLE
 */
export async function awaitReplay(
  standby: PostgresClient,
  lsn: string,
  context: Context,
  update: (message: string) => void,
): Promise<void> {
  await waitUntil({
    intervalMs: 50,
    ...context,
    onReason: update,
    probe: async () => {
      const { rows } = await standby.query<{ replayed: string | null }>(
        "SELECT pg_last_wal_replay_lsn()::text AS replayed",
      );
      const missing = parseLsn(lsn) - parseLsn(rows[0]?.replayed ?? "0/0");
      return missing <= 0n
        ? ready(undefined)
        : notYet(`the standby is ${formatBytes(Number(missing))} behind`);
    },
    onTimeout: (reason) =>
      new CdcError("STANDBY_UNSUITABLE", `the standby does not keep up: ${reason}`, {
        hint: "look at pg_stat_replication of the primary; more time: --timeout SECONDS",
      }),
  });
}
