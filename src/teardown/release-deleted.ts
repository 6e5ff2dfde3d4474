import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import type { PostgresInReach } from "../connectors/offsets/read-positions.js";
import type { Context } from "../context.js";
import type { Stage } from "../run-stage.js";
import { readSlots } from "./capture-facts.js";
import { chooseDeleted, DEFAULT_PUBLICATION } from "./choose-deleted.js";
import { type ReleasedSlot, releaseSlots } from "./release-slots.js";

export interface DeletedOptions {
  /** All that the worker has. */
  readonly all: readonly RegisteredConnector[];
  readonly connect: ConnectEndpoint;
  readonly findPostgres: () => Promise<PostgresInReach>;
  readonly force: boolean;
  /** What loses the changes all the same. */
  readonly forceCommand: string;
}

export interface Deleted {
  /** The connectors that are gone, by name, each with what its slot still held. */
  readonly released: ReadonlyMap<string, ReleasedSlot>;
  /** Those that have no slot within reach, and are still there. */
  readonly rest: readonly RegisteredConnector[];
}

/**
 * Stops connectors, drops their slots and deletes them with what they have stored; all of them, or none.
 * @throws CdcError UNREAD_CHANGES, SLOT_IN_USE, CONNECTOR_NOT_RUNNING; everything is as it was then
 */
export async function releaseDeleted(
  doomed: readonly RegisteredConnector[],
  { all, connect, findPostgres, ...options }: DeletedOptions,
  stage: Stage,
  context: Context,
): Promise<Deleted> {
  const { postgres, releases } = await planDeleted(doomed, { all, connect, findPostgres });
  const release = { ...options, postgres, connect, publication: DEFAULT_PUBLICATION };
  const dropped = await releaseSlots(releases, release, stage, context);
  const released = new Map(
    releases.flatMap(({ connector, slot }) => {
      const found = dropped.find(({ slot: name }) => name === slot.name);
      return found === undefined ? [] : [[connector.name, found] as const];
    }),
  );
  return { released, rest: doomed.filter(({ name }) => !released.has(name)) };
}

/** Which of them would go with their slots; nothing is done. */
export async function planDeleted(
  doomed: readonly RegisteredConnector[],
  { all, connect, findPostgres }: Pick<DeletedOptions, "all" | "connect" | "findPostgres">,
) {
  const { endpoint: postgres, fromConnect } = await findPostgres();
  const servers = { connectUrl: connect.url, postgres: fromConnect };
  return { postgres, releases: chooseDeleted(doomed, all, await readSlots(postgres), servers) };
}
