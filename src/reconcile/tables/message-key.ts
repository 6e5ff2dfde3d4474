import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { isListed } from "./list-patterns.js";

/**
 * The columns of the event's key where `message.key.columns` names them (`schema.table:a,b;…`, patterns before the
 * colon); undefined where it does not.
 */
export function messageKeyOf(
  config: ConnectorConfig,
  { schema, name }: { readonly schema: string; readonly name: string },
): readonly string[] | undefined {
  for (const entry of (debeziumSetting(config, "message.key.columns") ?? "").split(";")) {
    const colon = entry.lastIndexOf(":");
    if (colon === -1 || !isListed(entry.slice(0, colon), `${schema}.${name}`)) continue;
    return entry
      .slice(colon + 1)
      .split(",")
      .map((column) => column.trim());
  }
  return undefined;
}
