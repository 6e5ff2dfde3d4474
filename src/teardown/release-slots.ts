import type { CapturingConnector } from "../capturing-connector.js";
import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../clients/connect/create-connect-client.js";
import { type PostgresEndpoint, withPostgres } from "../clients/postgres.js";
import { waitForState } from "../clients/wait-for-state.js";
import { waitUntilSlotIsIdle } from "../clients/wait-until-slot-is-idle.js";
import type { Context } from "../context.js";
import { readStoredPosition } from "../doctor/facts/stored-position.js";
import { outcome, type Stage } from "../run-stage.js";
import { describeUnread, judgeUnread, type MeasuredSlot } from "./judge-unread.js";
import type { Release } from "./plan-release.js";
import { putBack } from "./put-back.js";
import { type Delivered, readUnread } from "./unread-changes.js";

export interface ReleaseOptions {
  readonly postgres: PostgresEndpoint;
  /** Kafka Connect's URL; missing where it does not answer. */
  readonly connect?: ConnectEndpoint;
  /** What a slot's connector reads, where the connector does not say. */
  readonly publication: string;
  /** Unread changes may be lost. */
  readonly force: boolean;
  /** What drops them all the same; it is named where changes would be lost. */
  readonly forceCommand: string;
  /** Done when the slots are gone and the connectors are still there, stopped: by them a next run knows what is left. */
  readonly beforeConnectorsGo?: () => Promise<void>;
}

/** The slots that were dropped, each with what it still held. */
export type ReleasedSlot = MeasuredSlot;

/**
 * Stops the connectors, measures what their slots still hold, and removes slots, stored positions and connectors.
 * Where changes would be lost, everything is put back instead.
 * @throws CdcError UNREAD_CHANGES, SLOT_IN_USE, CONNECTOR_NOT_RUNNING
 */
export async function releaseSlots(
  releases: readonly Release[],
  options: ReleaseOptions,
  stage: Stage,
  context: Context,
): Promise<readonly ReleasedSlot[]> {
  const { connect } = options;
  const stopped: CapturingConnector[] = [];
  let measured: readonly MeasuredSlot[];
  try {
    for (const { connector, database } of releases) {
      if (connector === undefined || connect === undefined) continue;
      stopped.push(connector);
      await stage.step(
        `connector ${connector.name} stops`,
        async (update) => {
          const client = createConnectClient(connect, { ...context, onWait: update });
          await client.setState(connector.name, "stop");
          // What its tasks had sent is confirmed by then.
          await waitForState(client, connector.name, "STOPPED", context, update);
          return outcome("unchanged");
        },
        { database },
      );
    }
    measured = await measure(releases, options, stage, context);
    const refusal = judgeUnread(measured, options.forceCommand);
    if (refusal !== undefined && !options.force) throw refusal;
  } catch (error) {
    const left = connect === undefined ? [] : await putBack(connect, stopped);
    for (const name of left) {
      context.report({ type: "notice", message: `connector ${name} was stopped and could not be resumed` });
    }
    throw error;
  }
  for (const { slot, database, unread } of measured) {
    await stage.step(
      `slot ${slot}`,
      async () => {
        await dropSlot(options.postgres, slot);
        return outcome("removed", describeUnread(unread));
      },
      { database },
    );
  }
  await options.beforeConnectorsGo?.();
  if (connect === undefined) return measured;
  for (const connector of stopped) await removeConnector(connector, connect, stage, context);
  return measured;
}

async function measure(
  releases: readonly Release[],
  { postgres, publication, connect }: ReleaseOptions,
  stage: Stage,
  context: Context,
): Promise<readonly MeasuredSlot[]> {
  const measured: MeasuredSlot[] = [];
  for (const { slot, connector, database } of releases) {
    if (slot === undefined) continue;
    const unread = await stage.step(
      `what slot ${slot.name} still holds`,
      async (update) => {
        await withPostgres(postgres, postgres.adminDatabase, (client) =>
          waitUntilSlotIsIdle(client, slot.name, context, update),
        );
        const delivered =
          connector === undefined || connect === undefined
            ? undefined
            : await readDelivered(connect, connector, context, update);
        const reads = connector?.publication ?? publication;
        const found = await readUnread(postgres, slot, reads, delivered, context);
        return outcome("unchanged", describeUnread(found), found);
      },
      { database },
    );
    measured.push({ slot: slot.name, database, unread });
  }
  return measured;
}

/** A stopped connector has stored what it has sent; its slot may be told later, or never. */
async function readDelivered(
  endpoint: ConnectEndpoint,
  { name, topicPrefix }: CapturingConnector,
  context: Context,
  onWait: (reason: string) => void,
): Promise<Delivered | undefined> {
  const offsets = (await createConnectClient(endpoint, { ...context, onWait }).offsets(name)) ?? [];
  const position = readStoredPosition(offsets, topicPrefix);
  if (position === null) return undefined;
  const transactionId = offsets.find(({ partition }) => partition.server === topicPrefix)?.offset?.txId;
  return { lsn: position.lsn, transactionId: typeof transactionId === "number" ? transactionId : null };
}

/** The connector goes last: a run that is cut off finds it again, and with it what is left to do. */
async function removeConnector(
  { name, database }: CapturingConnector,
  endpoint: ConnectEndpoint,
  stage: Stage,
  context: Context,
): Promise<void> {
  await stage.step(
    `connector ${name}`,
    async (update) => {
      const client = createConnectClient(endpoint, { ...context, onWait: update });
      // Debezium would refuse to go on from a position whose slot is gone.
      await client.deleteOffsets(name);
      await client.deleteConnector(name);
      return outcome("removed", "with the position that it had stored");
    },
    { database },
  );
}

async function dropSlot(postgres: PostgresEndpoint, name: string): Promise<void> {
  await withPostgres(postgres, postgres.adminDatabase, (client) =>
    client.query(
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1",
      [name],
    ),
  );
}
