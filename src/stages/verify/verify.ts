import { createConnectClient } from "../../clients/connect.js";
import { withKafkaAdmin } from "../../clients/kafka.js";
import { withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { type DatabaseNames, namesOf } from "../../names.js";
import type { Deployment } from "../../targets/target.js";
import { outcome, type Stage } from "../run-stage.js";
import { type Proof, proveStreaming } from "./prove-streaming.js";
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
  const { database } = names;
  return withPostgres(postgres, database, async (client) => {
    await stage.step(
      "streaming has begun",
      async (update) => {
        const worker = createConnectClient(connect, context.signal);
        const progress = () =>
          withKafkaAdmin(kafka, (admin) =>
            readSnapshotProgress(admin, client, names.topicPrefix, publication),
          ).catch(() => undefined);
        await waitForStreaming(client, worker, names, context, update, progress);
        return outcome("unchanged", `slot ${names.slot}`);
      },
      { database },
    );
    return stage.step(
      "event of the probe row",
      async (update) => {
        const proof = await proveStreaming(client, kafka, names, context, update);
        const where = `${proof.topic}, partition ${proof.partition}, offset ${proof.offset}`;
        return outcome("proved", `${where}, ${proof.latencyMs} ms after its commit`, proof);
      },
      { database },
    );
  });
}
