import type { ConnectorConfig } from "../clients/connect/connect-client.js";
import { isSecret, shownValue } from "./secret-values.js";

export interface ShownConfig {
  /** Sorted by key, with what is secret hidden. */
  readonly config: ConnectorConfig;
  /** The keys whose values are hidden. */
  readonly hidden: readonly string[];
}

export function shownConfig(config: ConnectorConfig): ShownConfig {
  const entries = Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    config: Object.fromEntries(entries.map(([key, value]) => [key, shownValue(key, value)])),
    hidden: entries.filter(([key, value]) => isSecret(key, value)).map(([key]) => key),
  };
}
