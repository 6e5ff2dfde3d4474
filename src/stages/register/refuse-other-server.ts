import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting, isPostgresConnector } from "../../doctor/debezium-setting.js";
import { CdcError } from "../../errors.js";
import { nameArguments } from "../../shell-words.js";
import { connectorHealth } from "../connector-health.js";
import type { ConnectorWork } from "./plan-connectors.js";

interface Slot {
  readonly name: string;
  readonly isActive: boolean;
}

/** Whether the connector that is there has its PostgreSQL under another address. */
export function readsElsewhere({ found, wanted }: ConnectorWork): boolean {
  if (found === undefined || !isPostgresConnector(found.config)) return false;
  const [before, after] = [addressOf(found.config), addressOf(wanted)];
  return before !== undefined && after !== undefined && before !== after;
}

/**
 * Two servers may have a database of one name, and then the same name of a connector. One that only has another
 * address now has the slot, and nobody else reads it there while the connector runs.
 * @param slots those of the wanted server; undefined where it could not be asked
 * @throws CdcError CONNECTORS_COLLIDE
 */
export function refuseOtherServer(works: readonly ConnectorWork[], slots: readonly Slot[] | undefined): void {
  const other = works.filter((work) => readsElsewhere(work) && !isMoved(work, slots));
  const [first] = other;
  if (first === undefined) return;
  const lines = other.map(({ wish, found, wanted }) => {
    const there = found === undefined ? "" : addressOf(found.config);
    return `  ${wish.connector} reads ${there ?? "?"}, and would read ${addressOf(wanted) ?? "?"}`;
  });
  const databases = other.flatMap(({ wish }) => wish.database ?? []);
  const names = nameArguments(other.map(({ wish }) => wish.connector));
  throw new CdcError(
    "CONNECTORS_COLLIDE",
    ["a connector of that name reads another PostgreSQL:", ...lines].join("\n"),
    {
      hint: `if both are one server under two addresses: cdc-pipeline register --adopt --yes ${nameArguments(databases)}; if the old one is not needed any more: cdc-pipeline connectors delete ${names}`,
      details: { connectors: other.map(({ wish }) => wish.connector) },
    },
  );
}

function isMoved({ found, wanted }: ConnectorWork, slots: readonly Slot[] | undefined): boolean {
  const slot = slots?.find(({ name }) => name === debeziumSetting(wanted, "slot.name"));
  if (slot === undefined) return false;
  return slot.isActive || connectorHealth(found?.status).state !== "running";
}

function addressOf(config: ConnectorConfig): string | undefined {
  const host = debeziumSetting(config, "database.hostname");
  const port = debeziumSetting(config, "database.port");
  return host === undefined || port === undefined ? undefined : `${host.toLowerCase()}:${port}`;
}
