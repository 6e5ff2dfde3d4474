import type { ConnectClient } from "../clients/connect/connect-client.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { withKafkaAdmin } from "../clients/kafka/with-kafka-admin.js";
import type { PostgresClient } from "../clients/postgres.js";
import type { Context } from "../context.js";
import { outcome, type Stage } from "../run-stage.js";
import { requireLiveConnector } from "../stages/verify/require-live-connector.js";
import { readSnapshotProgress } from "../stages/verify/snapshot-progress.js";
import { waitForStreaming } from "../stages/verify/wait-for-streaming.js";
import { type ComparedConnector, findConnector } from "./find-connector.js";
import type { ReconcileOptions } from "./reconcile-options.js";

export interface LiveConnector {
  readonly connect: ConnectClient;
  readonly connector: ComparedConnector;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
}

/**
 * The database's connector, once its snapshot is done and it streams.
 * @throws CdcError CONNECTOR_UNKNOWN, NOT_COMPARABLE, NOT_STREAMING, CONNECTOR_NOT_RUNNING, CONNECTOR_TASK_FAILED
 */
export async function findLiveConnector(
  { deployment, database, connector: wanted }: ReconcileOptions,
  primary: PostgresClient,
  stage: Stage,
  context: Context,
): Promise<LiveConnector> {
  const connect = createConnectClient(deployment.endpoints.connect, context);
  const connector = await stage.step(
    "connector",
    async () => {
      const found = await findConnector(connect, database, wanted);
      return outcome("unchanged", found.names.connector, found);
    },
    { database },
  );
  const { names, publication } = connector;
  const requireLive = () => requireLiveConnector(connect, names);
  await stage.step(
    "streaming has begun",
    async (update) => {
      await waitForStreaming({
        client: primary,
        names,
        context,
        update,
        requireLiveConnector: requireLive,
        snapshotProgress: () =>
          withKafkaAdmin(deployment.endpoints.kafka, (admin) =>
            readSnapshotProgress(admin, primary, names.topicPrefix, publication),
          ).catch(() => undefined),
      });
      return outcome("unchanged", `slot ${names.slot}`);
    },
    { database },
  );
  return { connect, connector, requireLiveConnector: requireLive };
}
