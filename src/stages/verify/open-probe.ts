import type { ConnectClient } from "../../clients/connect/connect-client.js";
import type { KafkaEndpoint } from "../../clients/kafka/kafka-endpoint.js";
import type { PostgresClient } from "../../clients/postgres.js";
import { readTopics } from "../../connectors/read-topics.js";
import type { Context } from "../../context.js";
import { expectEvents } from "./expect-events.js";
import type { ProbeSubject } from "./probe.js";
import type { ProbeOptions } from "./probe-options.js";
import { readPublishedOps } from "./published-ops.js";
import { requireLiveConnector } from "./require-live-connector.js";
import { requireSlot } from "./slot-state.js";
import { findTable } from "./subjects/find-table.js";
import { probeTable } from "./subjects/probe-table.js";
import { rowOfTable } from "./subjects/row-of-table.js";
import type { WatchedConnector } from "./watched-connector.js";
import type { ProbeWishes } from "./wishes.js";

export interface OpenProbeOptions extends WatchedConnector {
  readonly client: PostgresClient;
  readonly connect: ConnectClient;
  readonly kafka: KafkaEndpoint;
  readonly wishes: ProbeWishes;
  readonly maxWaitMs: number;
  readonly context: Context;
  readonly update: (message: string) => void;
}

/**
 * What probes are written and found with; what cannot be proved is refused before anything is written.
 * @throws CdcError EVENTS_LEFT_OUT, TABLE_NOT_CAPTURED, PROBE_ROW_INVALID, USAGE
 */
export async function openProbe(options: OpenProbeOptions): Promise<ProbeOptions> {
  const { client, connect, kafka, names, config, maxWaitMs, context, update } = options;
  const subject = await chooseSubject(options);
  return {
    client,
    kafka,
    names,
    config,
    subject,
    expectation: expectEvents(subject, config, await readPublishedOps(client, config)),
    maxWaitMs,
    context,
    update,
    usedTopics: () => readTopics(connect, names.connector),
    requireLive: async () => {
      await requireLiveConnector(connect, names);
      await requireSlot(client, names);
    },
  };
}

async function chooseSubject({ client, names, config, wishes }: OpenProbeOptions): Promise<ProbeSubject> {
  const { table, row = "{}", truncate = false } = wishes;
  if (table === undefined) return probeTable(client, { database: names.database, truncate });
  return rowOfTable(client, await findTable(client, table, config), row);
}
