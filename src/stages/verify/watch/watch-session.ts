import { createConnectClient } from "../../../clients/connect/create-connect-client.js";
import { type PostgresClient, withPostgres } from "../../../clients/postgres.js";
import type { Context } from "../../../context.js";
import { CdcError } from "../../../errors.js";
import type { DatabaseNames } from "../../../names.js";
import type { Endpoints } from "../../../targets/target.js";
import { openProbe } from "../open-probe.js";
import { type ProbeReader, withProbeReader } from "../probe-reader.js";
import { requireLiveConnector } from "../require-live-connector.js";
import { requireSameCluster } from "../require-same-cluster.js";
import { waitForStreaming } from "../wait-for-streaming.js";
import { readConnector } from "../watched-connector.js";
import type { ProbeWishes } from "../wishes.js";

export interface WatchSource extends Context {
  readonly endpoints: Endpoints;
  readonly names: DatabaseNames;
  readonly wishes: ProbeWishes;
}

export interface OpenWatch {
  readonly client: PostgresClient;
  readonly reader: ProbeReader;
  /** With the slot that the connector reads. */
  readonly slotNames: DatabaseNames;
}

/** It goes on for long, and asks for nothing most of the time. */
const MAX_WAIT_MS = 500;

/**
 * Runs `work` with everything open that probes need. While it runs, Kafka Connect that does not answer is no reason to
 * end: whether events come is what counts.
 * @throws CdcError
 */
export function withWatchSession<T>(source: WatchSource, work: (open: OpenWatch) => Promise<T>): Promise<T> {
  const { endpoints, names, wishes, signal, deadline, report } = source;
  const { postgres, kafka, connect: endpoint } = endpoints;
  const context: Context = { signal, deadline, report };
  const connect = createConnectClient(endpoint, { signal });
  const update = (message: string) => report({ type: "debug", message: `${names.database}: ${message}` });
  return withPostgres(postgres, names.database, async (client) => {
    const found = await readConnector(connect, names);
    const requireLive = () => requireLiveConnector(connect, found.names);
    const snapshotProgress = () => Promise.resolve(undefined);
    await waitForStreaming({
      ...{ client, names: found.names, context, update, snapshotProgress },
      requireLiveConnector: requireLive,
    });
    await requireSameCluster(connect, kafka);
    const probe = await openProbe({
      ...{ ...found, client, connect, kafka, wishes, context, update },
      maxWaitMs: MAX_WAIT_MS,
    });
    const patient = { ...probe, requireLive: () => unlessAway(probe.requireLive()) };
    return withProbeReader(patient, (reader) => work({ client, reader, slotNames: found.names }));
  });
}

async function unlessAway(check: Promise<void>): Promise<void> {
  try {
    await check;
  } catch (error) {
    const isAway =
      error instanceof CdcError && (error.code === "CONNECT_UNREACHABLE" || error.code === "CONNECT_FAILED");
    if (!isAway) throw error;
  }
}
