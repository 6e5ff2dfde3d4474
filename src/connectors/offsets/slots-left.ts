import type { RegisteredConnector } from "../../clients/connect/connect-client.js";
import { quoteLiteral } from "../../clients/postgres.js";
import type { SlotPosition } from "../../clients/slot-positions.js";
import { debeziumSetting, isPostgresConnector } from "../../doctor/debezium-setting.js";

/** A replication slot that nobody reads any more when its connector is deleted. */
export interface SlotLeft {
  readonly connector: string;
  readonly slot: string;
  readonly database: string;
  /** `host:port` of its PostgreSQL, as Kafka Connect reaches it. */
  readonly postgres: string;
  /** WAL that PostgreSQL keeps for it; null where it was not asked. */
  readonly retainedBytes: number | null;
  readonly sql: string;
}

/** What was read of a server's slots, or undefined where the connector's server was not asked. */
export type SlotsOf = (connector: RegisteredConnector) => readonly SlotPosition[] | undefined;

/** The slots that stay behind, of Debezium's connectors for PostgreSQL; one that is known to be gone is none. */
export function findSlotsLeft(
  connectors: readonly RegisteredConnector[],
  slotsOf: SlotsOf,
): readonly SlotLeft[] {
  return connectors.flatMap((connector) => {
    const { name, config } = connector;
    const slot = debeziumSetting(config, "slot.name");
    // A slot that a config provider names is not known here.
    if (!isPostgresConnector(config) || slot === undefined) return [];
    const database = debeziumSetting(config, "database.dbname") ?? "";
    const slots = slotsOf(connector);
    const found = slots?.find((one) => one.name === slot && one.database === database);
    if (slots !== undefined && found === undefined) return [];
    const host = debeziumSetting(config, "database.hostname") ?? "?";
    return [
      {
        connector: name,
        slot,
        database,
        postgres: `${host}:${debeziumSetting(config, "database.port") ?? "?"}`,
        retainedBytes: found?.retainedBytes ?? null,
        sql: `SELECT pg_drop_replication_slot(${quoteLiteral(slot)});`,
      },
    ];
  });
}
