import pMap from "p-map";

import type {
  ConnectClient,
  RegisteredConnector,
  StoredOffset,
} from "../../clients/connect/connect-client.js";
import type { PostgresEndpoint } from "../../clients/postgres.js";
import { readSlotPositions, type SlotPosition } from "../../clients/slot-positions.js";
import type { Context } from "../../context.js";
import { debeziumSetting, isPostgresConnector } from "../../doctor/debezium-setting.js";
import { readStoredPosition, type StoredPosition } from "../../doctor/facts/stored-position.js";
import { foreseenError } from "../../errors.js";
import { whyNotAsked } from "../postgres-of.js";
import { beginAnewCommand } from "./begin-anew.js";
import { comparePositions, type Comparison } from "./compare-positions.js";

/** What is known of how far a connector has read. */
export interface ConnectorPosition {
  readonly name: string;
  /** Undefined where the worker cannot tell. */
  readonly offsets: readonly StoredOffset[] | undefined;
  /** Only of a Debezium connector for PostgreSQL. */
  readonly postgres?: PostgresPosition;
}

export interface PostgresPosition {
  readonly slotName: string;
  readonly database: string;
  readonly stored: StoredPosition | null;
  /** Undefined where there is none, or where PostgreSQL was not asked. */
  readonly slot: SlotPosition | undefined;
  /** The command that begins anew with a snapshot. */
  readonly beginAnew: string;
  /** How the two stand to each other, or why that is not known. */
  readonly comparison: Comparison | { readonly notAsked: string };
}

/** The PostgreSQL of the target, in both views. */
export interface PostgresInReach {
  readonly endpoint: PostgresEndpoint;
  readonly fromConnect: { readonly host: string; readonly port: number };
}

const AT_ONCE = 8;

/**
 * What Connect has stored of each connector and, of those of Debezium that read the PostgreSQL in reach, their slots.
 * Nothing that PostgreSQL may answer fails it: then it is said that it was not asked.
 */
export async function readPositions(
  client: ConnectClient,
  connectors: readonly RegisteredConnector[],
  findPostgres: () => Promise<PostgresInReach>,
  context: Context,
): Promise<readonly ConnectorPosition[]> {
  // Slots first: each follows the offset that is stored, so that one which was read before is never ahead by chance.
  const reach = connectors.some(({ config }) => isPostgresConnector(config))
    ? await readSlots(findPostgres, context)
    : { unknown: "" };
  return pMap(
    connectors,
    async ({ name, config }) => {
      const offsets = await client.offsets(name);
      if (!isPostgresConnector(config)) return { name, offsets };
      const slotName = debeziumSetting(config, "slot.name") ?? "";
      const database = debeziumSetting(config, "database.dbname") ?? "";
      const beginAnew = beginAnewCommand({ name, config });
      const stored = readStoredPosition(offsets ?? [], config["topic.prefix"]);
      const notAsked =
        offsets === undefined
          ? "Kafka Connect cannot tell what it has stored"
          : "unknown" in reach
            ? reach.unknown
            : whyNotAsked(config, { connectUrl: client.url, postgres: reach.fromConnect });
      if ("unknown" in reach || notAsked !== undefined) {
        const comparison = { notAsked: notAsked ?? "" };
        return {
          name,
          offsets,
          postgres: { slotName, database, stored, beginAnew, slot: undefined, comparison },
        };
      }
      const slot = reach.slots.find((one) => one.name === slotName && one.database === database);
      const comparison = comparePositions(stored, slot, reach.endLsn);
      return { name, offsets, postgres: { slotName, database, stored, beginAnew, slot, comparison } };
    },
    { concurrency: AT_ONCE },
  );
}

async function readSlots(findPostgres: () => Promise<PostgresInReach>, { signal }: Context) {
  try {
    const { endpoint, fromConnect } = await findPostgres();
    return { fromConnect, ...(await readSlotPositions(endpoint)) };
  } catch (error) {
    return { unknown: foreseenError(error, signal).message };
  }
}
