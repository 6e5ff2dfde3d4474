import type { ConnectorConfig } from "../../clients/connect.js";

/**
 * The keys in which a connector's configuration differs from the wanted one, sorted. `name` is left out:
 * Connect adds it by itself.
 */
export function changedKeys(found: ConnectorConfig, wanted: ConnectorConfig): string[] {
  return [...new Set([...Object.keys(found), ...Object.keys(wanted)])]
    .filter((key) => key !== "name" && found[key] !== wanted[key])
    .sort();
}
