import type { ConnectorConfig, RegisteredConnector } from "../../clients/connect/connect-client.js";
import { debeziumSetting, isPostgresConnector } from "../../doctor/debezium-setting.js";
import { CdcError } from "../../errors.js";
import type { ConnectorWork } from "./plan-connectors.js";

/**
 * A slot has one reader: of two connectors that name the same one, the second fails after minutes, or takes the other's
 * changes away. Only what is new or changes is looked at.
 * @param staying those that there are and that stay
 * @throws CdcError CONNECTORS_COLLIDE
 */
export function refuseCollisions(
  works: readonly ConnectorWork[],
  staying: readonly RegisteredConnector[],
): void {
  const wantedNames = new Set(works.map(({ wish }) => wish.connector));
  const readers = new Map<string, string>();
  for (const { name, config } of staying) {
    const slot = slotOf(config);
    if (slot !== undefined && !wantedNames.has(name)) readers.set(slot, name);
  }
  const isWritten = ({ plan }: ConnectorWork) => plan.status !== "unchanged";
  const lines: string[] = [];
  for (const work of [...works].sort((one, other) => Number(isWritten(one)) - Number(isWritten(other)))) {
    const { connector } = work.wish;
    const slot = slotOf(work.wanted);
    if (slot === undefined) continue;
    const other = readers.get(slot);
    if (other !== undefined && isWritten(work)) lines.push(`  ${other} and ${connector}: ${slot}`);
    readers.set(slot, connector);
  }
  if (lines.length === 0) return;
  throw new CdcError(
    "CONNECTORS_COLLIDE",
    ["two connectors would read the same replication slot:", ...lines].join("\n"),
    {
      hint: "give each a slot.name of its own; nothing was changed",
      details: { collisions: lines.map((line) => line.trim()) },
    },
  );
}

/** `slot debezium on db:5432`; undefined where it is no connector of PostgreSQL, or a config provider names it. */
function slotOf(config: ConnectorConfig): string | undefined {
  if (!isPostgresConnector(config)) return undefined;
  const [slot, host, port] = (["slot.name", "database.hostname", "database.port"] as const).map((key) =>
    debeziumSetting(config, key),
  );
  if (slot === undefined || host === undefined || port === undefined) return undefined;
  return `slot ${slot} on ${host.toLowerCase()}:${port}`;
}
