import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import { withKafkaAdmin } from "../../clients/kafka/with-kafka-admin.js";
import { type PostgresClient, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { type DatabaseNames, namesOf } from "../../names.js";
import { outcome, type Stage } from "../../run-stage.js";
import type { Deployment } from "../../targets/target.js";
import { type EarlyTopic, seeToTopic } from "./early-topic.js";
import { topicOf } from "./find-topic.js";
import { openProbe } from "./open-probe.js";
import { nameOps } from "./probe.js";
import type { Proof } from "./proof.js";
import { proveStreaming } from "./prove-streaming.js";
import { requireDecodable } from "./require-decodable.js";
import { requireLiveConnector } from "./require-live-connector.js";
import { requireSameCluster } from "./require-same-cluster.js";
import { readSnapshotProgress } from "./snapshot-progress.js";
import { PROBE_SUBJECT } from "./subjects/probe-table.js";
import { waitForStreaming } from "./wait-for-streaming.js";
import { readConnector, type WatchedConnector } from "./watched-connector.js";
import type { ProbeWishes } from "./wishes.js";

export interface VerifyOptions {
  readonly deployment: Deployment;
  readonly databases: readonly string[];
  readonly publication: string;
  readonly wishes?: ProbeWishes;
}

/** Events come at once: what is waited for in vain at the end is short. */
const MAX_WAIT_MS = 50;

/** Proves for each database that what is committed comes out of its topic as streamed events. */
export async function verify(
  options: VerifyOptions,
  stage: Stage,
  context: Context,
): Promise<ReadonlyMap<string, Proof>> {
  const proofs = new Map<string, Proof>();
  for (const database of options.databases) {
    proofs.set(database, await verifyDatabase(namesOf(database), options, stage, context));
  }
  return proofs;
}

async function verifyDatabase(
  names: DatabaseNames,
  options: VerifyOptions,
  stage: Stage,
  context: Context,
): Promise<Proof> {
  const { wishes = {}, deployment } = options;
  const { postgres, kafka, connect: endpoint } = deployment.endpoints;
  const { database } = names;
  const telling = (onWait: (reason: string) => void) => createConnectClient(endpoint, { ...context, onWait });
  const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
  let early: EarlyTopic | undefined;
  return withPostgres(postgres, database, async (client) => {
    try {
      const connector = await step("streaming has begun", async (update) => {
        const connect = telling(update);
        const [found] = await Promise.all([
          readConnector(connect, names),
          requireLiveConnector(connect, names),
        ]);
        const topic = topicOf(found.names, found.config, PROBE_SUBJECT);
        if (topic !== undefined && wishes.table === undefined) {
          const requireLive = () => requireLiveConnector(connect, found.names);
          early = seeToTopic({ postgres, kafka, names: found.names, topic, context, requireLive });
        }
        await waitUntilStreaming(found, { client, connect, update }, options, context);
        return outcome("unchanged", `slot ${found.names.slot}`, found);
      });
      const title =
        wishes.table === undefined ? "events of the probe row" : `events of a row of ${wishes.table}`;
      return await step(title, async (update) => {
        const connect = telling(update);
        const sought = { wishes, maxWaitMs: MAX_WAIT_MS, context, update };
        const [probe] = await Promise.all([
          openProbe({ ...connector, client, connect, kafka, ...sought }),
          requireSameCluster(connect, kafka),
          early?.seenTo,
        ]);
        const proof = await proveStreaming(probe, wishes.samples);
        return outcome("proved", detailOf(proof), proof);
      });
    } finally {
      await early?.end();
    }
  });
}

function waitUntilStreaming(
  { names }: WatchedConnector,
  {
    client,
    connect,
    update,
  }: { client: PostgresClient; connect: ConnectClient; update: (message: string) => void },
  { deployment, publication }: VerifyOptions,
  context: Context,
): Promise<void> {
  return waitForStreaming({
    client,
    names,
    context,
    update,
    requireLiveConnector: () => requireLiveConnector(connect, names),
    isLive: true,
    requireDecodable: () => requireDecodable(client, names, publication),
    snapshotProgress: () =>
      withKafkaAdmin(deployment.endpoints.kafka, (admin) =>
        readSnapshotProgress(admin, client, names.topicPrefix, publication),
      ).catch(() => undefined),
  });
}

function detailOf({ topic, partition, offset, latencyMs, events, samples }: Proof): string {
  const what = events.length === 0 ? "presence" : nameOps(events.map(({ op }) => op));
  const where = `${topic}, partition ${partition}, offset ${offset}`;
  const when =
    samples === undefined
      ? `${latencyMs} ms after its commit`
      : `${samples.medianMs} ms after its commit (median of ${samples.count})`;
  return `${what} in ${where}, ${when}`;
}
