import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { formatBytes } from "../../format.js";
import { parseLsn } from "../../lsn.js";
import type { DatabaseNames } from "../../names.js";
import { shellWord } from "../../shell-words.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import type { Marker } from "./marker.js";

export interface ConfirmationWait {
  readonly primary: PostgresClient;
  readonly names: DatabaseNames;
  readonly marker: Marker;
  /** What was committed before this LSN is to be in Kafka. */
  readonly lsn: string;
  readonly context: Context;
  readonly update: (message: string) => void;
  /** Throws when the connector will never confirm: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
}

/** A connector that was restarted confirms nothing until something comes behind what it had read. */
const MARK_EVERY_MS = 5_000;
const LOOK_AT_CONNECTOR_EVERY_MS = 1_000;

/**
 * Waits until the slot has confirmed an LSN: Debezium confirms what Kafka has acknowledged, in the order of commits,
 * when Connect commits offsets (`offset.flush.interval.ms`, a minute by default).
 * @throws CdcError EVENTS_NOT_CONFIRMED, NOT_STREAMING, and what `requireLiveConnector` throws
 */
export async function awaitConfirmation(options: ConfirmationWait): Promise<void> {
  const { primary, names, marker, lsn, context, update, requireLiveConnector } = options;
  let markAtMs = 0;
  let lookAtMs = performance.now() + LOOK_AT_CONNECTOR_EVERY_MS;
  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      if (performance.now() >= markAtMs) {
        await marker.mark(crypto.randomUUID());
        markAtMs = performance.now() + MARK_EVERY_MS;
      }
      if (performance.now() >= lookAtMs) {
        await requireLiveConnector();
        lookAtMs = performance.now() + LOOK_AT_CONNECTOR_EVERY_MS;
      }
      return readConfirmed(primary, names, lsn);
    },
    onTimeout: (reason) =>
      new CdcError("EVENTS_NOT_CONFIRMED", `connector ${names.connector} has not caught up: ${reason}`, {
        hint: marker.isSeen
          ? "more time: --timeout SECONDS; Connect confirms every offset.flush.interval.ms"
          : `set heartbeat.interval.ms, so that the connector confirms without events too, or let it capture a probe table: cdc-pipeline prepare ${shellWord(names.database)}`,
      }),
  });
}

async function readConfirmed(
  primary: PostgresClient,
  { slot }: DatabaseNames,
  lsn: string,
): Promise<Probe<void>> {
  const { rows } = await primary.query<{ confirmed: string | null; walStatus: string | null }>(
    `SELECT confirmed_flush_lsn::text AS confirmed, wal_status AS "walStatus" FROM pg_replication_slots
     WHERE slot_name = $1`,
    [slot],
  );
  const [row] = rows;
  if (row === undefined || row.walStatus === "lost") {
    const what = row === undefined ? "is gone" : "is lost: PostgreSQL has removed WAL that it needs";
    throw new CdcError("NOT_STREAMING", `the slot ${slot} ${what}`, {
      hint: "cdc-pipeline doctor; changes since then are not in Kafka",
    });
  }
  const missing = parseLsn(lsn) - parseLsn(row.confirmed ?? "0/0");
  if (missing <= 0n) return ready(undefined);
  return notYet(`${formatBytes(Number(missing))} of WAL are not yet confirmed as being in Kafka`);
}
