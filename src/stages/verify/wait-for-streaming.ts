import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import type { SnapshotProgress } from "./snapshot-progress.js";

interface SlotRow {
  readonly active: boolean;
  readonly walStatus: string | null;
  readonly database: string;
  /** The state of the process that sends the slot's changes: startup, catchup, streaming. */
  readonly senderState: string | null;
}

export interface StreamingOptions {
  readonly client: PostgresClient;
  readonly names: DatabaseNames;
  readonly context: Context;
  readonly update: (message: string) => void;
  /** Throws when the connector will never stream: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
  readonly snapshotProgress: () => Promise<SnapshotProgress | undefined>;
}

/** How often the connector's status and the snapshot's progress are asked for; the slot is asked more often. */
const DETAILS_EVERY_MS = 1_000;

/**
 * Waits until the connector streams: its slot is read, and what it sends has caught up. A snapshot comes
 * first and may take long: how far it is, is told meanwhile.
 * @throws CdcError NOT_STREAMING, CONNECTOR_NOT_RUNNING, CONNECTOR_TASK_FAILED
 */
export async function waitForStreaming(options: StreamingOptions): Promise<void> {
  const { client, names, context, update, requireLiveConnector, snapshotProgress } = options;
  let detailsAtMs = performance.now() + DETAILS_EVERY_MS;
  // A paused connector keeps its slot busy and sends nothing.
  await requireLiveConnector();
  let progress: SnapshotProgress | undefined;
  let isReading = false;
  // Beside the wait: asking Kafka takes longer than what is waited for may take.
  const readProgress = async () => {
    if (isReading) return;
    isReading = true;
    progress = (await snapshotProgress()) ?? progress;
    isReading = false;
  };
  await waitUntil({
    intervalMs: 50,
    ...context,
    onReason: update,
    probe: async () => {
      const slot = await readSlot(client, names);
      if (slot.ready) return slot;
      if (performance.now() >= detailsAtMs) {
        detailsAtMs = performance.now() + DETAILS_EVERY_MS;
        await requireLiveConnector();
        void readProgress();
      }
      return progress === undefined ? slot : notYet(`${slot.reason}; ${progress.text}`);
    },
    onTimeout: (reason) =>
      new CdcError(
        "NOT_STREAMING",
        `connector ${names.connector} does not stream yet; last seen: ${reason}`,
        {
          hint: `wait for it: cdc-pipeline verify ${names.database} --timeout SECONDS`,
        },
      ),
  });
}

async function readSlot(client: PostgresClient, { slot, database }: DatabaseNames): Promise<Probe<void>> {
  const { rows } = await client.query<SlotRow>(
    `SELECT s.active, s.wal_status AS "walStatus", s.database, r.state AS "senderState"
     FROM pg_replication_slots s LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
     WHERE s.slot_name = $1`,
    [slot],
  );
  const [row] = rows;
  if (row === undefined) return notYet(`slot ${slot} does not exist yet`);
  if (row.database !== database || row.walStatus === "lost") {
    const why =
      row.walStatus === "lost"
        ? "is lost: PostgreSQL has removed WAL it needs"
        : `belongs to ${row.database}`;
    throw new CdcError("NOT_STREAMING", `the slot ${slot} ${why}`, {
      hint: `remove the connector, then: SELECT pg_drop_replication_slot('${slot}');`,
    });
  }
  if (row.active && row.senderState === "streaming") return ready(undefined);
  return notYet(
    row.active ? `slot ${slot} is read (${row.senderState ?? "starting"})` : `slot ${slot} is not read yet`,
  );
}
