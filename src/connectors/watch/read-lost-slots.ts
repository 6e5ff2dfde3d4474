import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import { debeziumSetting, isPostgresConnector } from "../../doctor/debezium-setting.js";
import { type KnownServers, whyNotAsked } from "../postgres-of.js";
import type { Failure } from "./classify-failure.js";

/** A replication slot whose changes will never come. */
export interface LostSlot {
  readonly slot: string;
  readonly database: string;
  /** PostgreSQL's own word for why, where it has one (17 and later). */
  readonly reason: string | null;
}

/** The logical slots that PostgreSQL has given up. @throws CdcError of a PostgreSQL that cannot be asked */
export function readLostSlots(endpoint: PostgresEndpoint): Promise<readonly LostSlot[]> {
  return withPostgres(endpoint, endpoint.adminDatabase, async (client) => {
    // Older versions do not have the column.
    const { rows } = await client.query<LostSlot>(
      `SELECT slot_name AS slot, database, to_jsonb(s) ->> 'invalidation_reason' AS reason
         FROM pg_replication_slots s
        WHERE slot_type = 'logical'
          AND (wal_status = 'lost' OR to_jsonb(s) ->> 'invalidation_reason' IS NOT NULL)`,
    );
    return rows;
  });
}

/** That the slot of a connector is lost; undefined where it is not, or where the connector reads another server. */
export function slotLossOf(
  config: ConnectorConfig,
  lost: readonly LostSlot[],
  servers: KnownServers,
): Failure | undefined {
  if (!isPostgresConnector(config) || whyNotAsked(config, servers) !== undefined) return undefined;
  const slotName = debeziumSetting(config, "slot.name");
  const found = lost.find(
    ({ slot, database }) => slot === slotName && database === config["database.dbname"],
  );
  if (found === undefined) return undefined;
  const why = found.reason ?? "more WAL was written than max_slot_wal_keep_size keeps";
  return {
    class: "lasting",
    cause: `PostgreSQL has given up replication slot ${found.slot}: ${why}`,
    hint: `its changes are lost: cdc-pipeline doctor ${found.database} has the commands for a new snapshot`,
  };
}
