import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import { connectorHealth } from "../stages/connector-health.js";
import type { ConnectorState } from "./observation.js";

/** All connectors of the workers, by name. One without a status is being made: its state is `UNKNOWN`. */
export function describeConnectors(connectors: readonly RegisteredConnector[]): ConnectorState[] {
  return connectors
    .map(({ name, status }) => {
      const health = connectorHealth(status);
      return {
        name,
        state: status?.connector.state ?? "UNKNOWN",
        tasks: status?.tasks.map(({ state }) => state) ?? [],
        ...(health.state === "running" ? {} : { reason: health.reason }),
      };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}
