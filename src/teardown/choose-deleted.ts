import { capturingConnector } from "../capturing-connector.js";
import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import { type KnownServers, whyNotAsked } from "../connectors/postgres-of.js";
import { debeziumSetting, isPostgresConnector } from "../doctor/debezium-setting.js";
import type { SlotFacts } from "./capture-facts.js";
import type { Release } from "./plan-release.js";

export type DeletedRelease = Required<Release>;

/** What Debezium reads where its configuration names no publication. */
export const DEFAULT_PUBLICATION = "dbz_publication";

/**
 * The connectors that are deleted with their slots: those that read the PostgreSQL that is known here, and whose slot
 * no connector that stays reads.
 */
export function chooseDeleted(
  doomed: readonly RegisteredConnector[],
  all: readonly RegisteredConnector[],
  slots: readonly SlotFacts[],
  servers: KnownServers,
): readonly DeletedRelease[] {
  const slotOf = ({ config }: RegisteredConnector) => {
    if (!isPostgresConnector(config) || whyNotAsked(config, servers) !== undefined) return undefined;
    const [name, database] = [
      debeziumSetting(config, "slot.name"),
      debeziumSetting(config, "database.dbname"),
    ];
    return slots.find((slot) => slot.name === name && slot.database === database);
  };
  const going = new Set(doomed.map(({ name }) => name));
  const read = new Set(
    all.filter(({ name }) => !going.has(name)).map(({ config }) => debeziumSetting(config, "slot.name")),
  );
  return doomed.flatMap((connector) => {
    const slot = slotOf(connector);
    if (slot === undefined || read.has(slot.name)) return [];
    return [{ database: slot.database, connector: capturingConnector(connector), slot }];
  });
}
