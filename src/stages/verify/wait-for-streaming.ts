import type { PostgresClient } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { notYet, type Probe, ready, waitUntil } from "../../wait/wait-until.js";
import { readSlot } from "./slot-state.js";
import type { SnapshotProgress } from "./snapshot-progress.js";

export interface StreamingOptions {
  readonly client: PostgresClient;
  readonly names: DatabaseNames;
  readonly context: Context;
  readonly update: (message: string) => void;
  /** Throws when the connector will never stream: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
  /** Whether the caller has just asked that. */
  readonly isLive?: true;
  /** Throws where the slot can never be read again; asked of one that nobody reads for a while. */
  readonly requireDecodable?: () => Promise<void>;
  readonly snapshotProgress: () => Promise<SnapshotProgress | undefined>;
}

/** How often the connector's status and the snapshot's progress are asked for; the slot is asked more often. */
const DETAILS_EVERY_MS = 1_000;
/** The connector may take that long to begin, on a busy machine too. */
const IDLE_AFTER_MS = 5_000;

/**
 * Waits until the connector streams: its slot is read, and what it sends has caught up. A snapshot comes
 * first and may take long: how far it is, is told meanwhile.
 * @throws CdcError NOT_STREAMING, CONNECTOR_NOT_RUNNING, CONNECTOR_TASK_FAILED
 */
export async function waitForStreaming(options: StreamingOptions): Promise<void> {
  const { client, names, context, update, requireLiveConnector, snapshotProgress } = options;
  let detailsAtMs = performance.now() + DETAILS_EVERY_MS;
  let idleAtMs = performance.now() + IDLE_AFTER_MS;
  // A paused connector keeps its slot busy and sends nothing.
  if (options.isLive !== true) await requireLiveConnector();
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
      const slot = await isStreaming(client, names);
      if (slot.ready) return slot;
      if (slot.reason.endsWith(NOT_READ) && performance.now() >= idleAtMs) {
        // Asked again: Debezium tries all the while, and for a moment it is the slot's reader.
        idleAtMs = performance.now() + DETAILS_EVERY_MS;
        await options.requireDecodable?.();
      }
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

const NOT_READ = "is not read yet";

async function isStreaming(client: PostgresClient, names: DatabaseNames): Promise<Probe<void>> {
  const state = await readSlot(client, names);
  if (state === undefined) return notYet(`slot ${names.slot} does not exist yet`);
  if (!state.isActive) return notYet(`slot ${names.slot} ${NOT_READ}`);
  if (state.senderState === "streaming") return ready(undefined);
  return notYet(`slot ${names.slot} is read (${state.senderState ?? "starting"})`);
}
