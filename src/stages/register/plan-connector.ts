import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { shownValue } from "../../connectors/secret-values.js";
import { CONNECTOR_MARK_KEY } from "../own-objects.js";

/** What `register` would do to one connector, fit to be shown: no secret is in it. */
export interface ConnectorPlan {
  readonly status: "created" | "updated" | "unchanged";
  /** Sorted by key; of a new connector every key. */
  readonly changes: readonly KeyChange[];
  /** Whether what is there was made by somebody else, and is only changed with --adopt. */
  readonly needsAdoption: boolean;
}

export interface KeyChange {
  readonly key: string;
  /** Missing where the key is new. */
  readonly from?: string;
  /** Missing where the key goes. */
  readonly to?: string;
}

/**
 * Compares a connector's configuration with the wanted one. `name` is left out: Connect adds it by itself.
 * @param found undefined where there is no such connector
 */
export function planConnector(found: ConnectorConfig | undefined, wanted: ConnectorConfig): ConnectorPlan {
  const before = found ?? {};
  const changes = [...new Set([...Object.keys(before), ...Object.keys(wanted)])]
    .filter((key) => key !== "name" && before[key] !== wanted[key])
    .sort()
    .map((key) => {
      const from = shown(key, before[key]);
      const to = shown(key, wanted[key]);
      return { key, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    });
  const status = found === undefined ? "created" : changes.length === 0 ? "unchanged" : "updated";
  return { status, changes, needsAdoption: status === "updated" && before[CONNECTOR_MARK_KEY] === undefined };
}

const shown = (key: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : shownValue(key, value);
