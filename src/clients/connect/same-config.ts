import type { ConnectorConfig } from "./connect-client.js";

/** Whether two configurations have the same keys with the same values; none is only like none. */
export function sameConfig(one: ConnectorConfig | undefined, other: ConnectorConfig | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
