import type { RegisteredConnector } from "../../clients/connect/connect-client.js";
import { readSlotPositions } from "../../clients/slot-positions.js";
import type { Context } from "../../context.js";
import { isPostgresConnector } from "../../doctor/debezium-setting.js";
import { foreseenError } from "../../errors.js";
import { whyNotAsked } from "../postgres-of.js";
import type { PostgresInReach } from "./read-positions.js";
import type { SlotsOf } from "./slots-left.js";

/** Reads the slots of the PostgreSQL in reach, once; a server that does not answer was not asked. */
export async function readSlotsInReach(
  connectUrl: string,
  connectors: readonly RegisteredConnector[],
  findPostgres: () => Promise<PostgresInReach>,
  { signal }: Context,
): Promise<SlotsOf> {
  if (!connectors.some(({ config }) => isPostgresConnector(config))) return () => undefined;
  try {
    const { endpoint, fromConnect } = await findPostgres();
    const { slots } = await readSlotPositions(endpoint);
    const servers = { connectUrl, postgres: fromConnect };
    return ({ config }) => (whyNotAsked(config, servers) === undefined ? slots : undefined);
  } catch (error) {
    foreseenError(error, signal);
    return () => undefined;
  }
}
