import { setTimeout as delay } from "node:timers/promises";

import type { PostgresClient } from "../../../clients/postgres.js";
import { CdcError, foreseenError } from "../../../errors.js";
import { deadlineIn } from "../../../wait/deadline.js";
import type { WrittenProbe } from "../probe.js";
import type { ProbeReader, ProvedProbe } from "../probe-reader.js";
import { outcomeOf } from "../proof.js";
import { readSlot } from "../slot-state.js";
import type { CaptureEntry } from "./capture-entry.js";
import { StallRecord } from "./stall-record.js";
import { type OpenWatch, type WatchSource, withWatchSession } from "./watch-session.js";

export interface WatchOptions extends WatchSource {
  readonly everyMs: number;
  /** An event that is not there by then means that capture stalls. */
  readonly stalledAfterMs: number;
  /** Its abort is how the watch ends in good order. */
  readonly signal: AbortSignal;
  readonly onEntry: (entry: CaptureEntry) => void;
}

/**
 * Writes a probe every so often and tells what came of it, until `signal` is aborted. There is one probe under way at
 * most: while capture stalls, none is added to what waits in PostgreSQL's WAL. What ends a session (a server is away,
 * the connector is paused) is told, and another is opened.
 * @throws CdcError what the first session could not be opened for
 */
export async function watchCapture(options: WatchOptions): Promise<void> {
  const { names, everyMs, stalledAfterMs, signal, onEntry } = options;
  const record = new StallRecord(names.database);
  const seen: { wellMs?: number } = {};
  for (;;) {
    try {
      // The first may wait for a snapshot as long as every command may.
      const deadline = seen.wellMs === undefined ? options.deadline : deadlineIn(stalledAfterMs);
      await withWatchSession({ ...options, deadline }, async (open) => {
        seen.wellMs ??= performance.now();
        for (let startedMs = performance.now(); ; startedMs = performance.now()) {
          await probeOnce(open, record, options);
          seen.wellMs = performance.now();
          await pause(startedMs + everyMs - performance.now(), signal);
        }
      });
    } catch (thrown) {
      if (signal.aborted) return;
      const error = foreseenError(thrown, signal);
      if (seen.wellMs === undefined) throw error;
      onEntry(record.stalled(error, null, seen.wellMs));
      await pause(everyMs, signal).catch(() => undefined);
    }
  }
}

async function probeOnce(
  { client, reader, slotNames }: OpenWatch,
  record: StallRecord,
  options: WatchOptions,
) {
  const lagBytes = () => readLag(client, slotNames);
  const written = await reader.write();
  const proved = await waitThrough(reader, written, options, async (error) => {
    options.onEntry(record.stalled(error, await lagBytes(), written.committedAtMs));
  });
  options.onEntry(record.proved(outcomeOf(proved), await lagBytes()));
}

/** Waits for one probe however long it takes; tells when it takes too long, and from then on every so often. */
async function waitThrough(
  reader: ProbeReader,
  written: WrittenProbe,
  { everyMs, stalledAfterMs, signal, report }: WatchOptions,
  onStall: (error: CdcError) => Promise<void>,
): Promise<ProvedProbe> {
  for (let patienceMs = stalledAfterMs; ; patienceMs = everyMs) {
    try {
      return await reader.await(written, { context: { report, signal, deadline: deadlineIn(patienceMs) } });
    } catch (error) {
      if (signal.aborted || !(error instanceof CdcError) || error.code !== "EVENT_NOT_SEEN") throw error;
      await onStall(error);
    }
  }
}

const readLag = async (client: PostgresClient, names: OpenWatch["slotNames"]): Promise<number | null> =>
  (await readSlot(client, names))?.lagBytes ?? null;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(Math.max(0, ms), undefined, { signal });
