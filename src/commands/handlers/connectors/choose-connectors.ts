import type { ConnectClient, RegisteredConnector } from "../../../clients/connect/connect-client.js";
import { matchNames } from "../../../connectors/match-names.js";

/**
 * The connectors that the patterns stand for, with one request; all where there is no pattern.
 * @throws CdcError CONNECTOR_UNKNOWN
 */
export async function chooseConnectors(
  client: ConnectClient,
  patterns: readonly string[] = [],
): Promise<readonly RegisteredConnector[]> {
  const all = await readConnectors(client);
  const names = new Set(
    matchNames(
      patterns,
      all.map(({ name }) => name),
    ),
  );
  return all.filter(({ name }) => names.has(name));
}

/** All there are, sorted by name. */
export async function readConnectors(client: ConnectClient): Promise<readonly RegisteredConnector[]> {
  const all = await client.connectors();
  return [...all].sort((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
}
