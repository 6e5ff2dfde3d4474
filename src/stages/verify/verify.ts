import type { ConnectClientOptions } from "../../clients/connect/connect-http.js";
import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import { withKafkaAdmin } from "../../clients/kafka.js";
import { type PostgresClient, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { type DatabaseNames, namesOf } from "../../names.js";
import { outcome, type Stage } from "../../run-stage.js";
import type { Deployment } from "../../targets/target.js";
import { withEarlyTopic } from "./probe-topic.js";
import { type Proof, proveStreaming } from "./prove-streaming.js";
import { requireLiveConnector } from "./require-live-connector.js";
import { readSnapshotProgress } from "./snapshot-progress.js";
import { waitForStreaming } from "./wait-for-streaming.js";

export interface VerifyOptions {
  readonly deployment: Deployment;
  readonly databases: readonly string[];
  readonly publication: string;
}

/** Proves for each database that a committed row comes out of its topic as a streamed event. */
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
  { deployment, publication }: VerifyOptions,
  stage: Stage,
  context: Context,
): Promise<Proof> {
  const { postgres, kafka, connect } = deployment.endpoints;
  const { database, slot, topicPrefix } = names;
  const requireLive = (options: ConnectClientOptions) =>
    requireLiveConnector(createConnectClient(connect, options), names);
  const telling = (onWait: (reason: string) => void) => () => requireLive({ ...context, onWait });
  const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
  const prove = (client: PostgresClient, topic: Promise<unknown>) =>
    step("event of the probe row", async (update) => {
      await topic;
      const live = { requireLiveConnector: telling(update) };
      const proof = await proveStreaming({ client, kafka, names, context, update, ...live });
      const where = `${proof.topic}, partition ${proof.partition}, offset ${proof.offset}`;
      return outcome("proved", `${where}, ${proof.latencyMs} ms after its commit`, proof);
    });
  return withPostgres(postgres, database, (client) => {
    const early = { postgres, kafka, names, context, requireLiveConnector: requireLive };
    return withEarlyTopic(early, async (topic) => {
      await step("streaming has begun", async (update) => {
        const readProgress = () =>
          withKafkaAdmin(kafka, (admin) => readSnapshotProgress(admin, client, topicPrefix, publication));
        await waitForStreaming({
          client,
          names,
          context,
          update,
          requireLiveConnector: telling(update),
          // How far the snapshot is, is for show: what stands in its way does not end the wait.
          snapshotProgress: () => readProgress().catch(() => undefined),
        });
        return outcome("unchanged", `slot ${slot}`);
      });
      return prove(client, topic);
    });
  });
}
