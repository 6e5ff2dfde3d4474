import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { isListed } from "./list-patterns.js";

/** Modes with which every row that was there before is in the topic. */
const WHOLE = ["initial", "always", "when_needed", "initial_only"];

/**
 * Why rows of a table may rightly be without any event: no snapshot read them all. Undefined where one did.
 */
export function whyNotWhole(
  config: ConnectorConfig,
  { schema, name }: { readonly schema: string; readonly name: string },
): string | undefined {
  const mode = debeziumSetting(config, "snapshot.mode") ?? "";
  if (!WHOLE.includes(mode)) return `snapshot.mode is ${mode}: rows from before the connector have no event`;
  const table = `${schema}.${name}`;
  const overrides = (config["snapshot.select.statement.overrides"] ?? "")
    .split(",")
    .map((item) => item.trim());
  if (overrides.includes(table)) {
    return "snapshot.select.statement.overrides chose the rows of the snapshot: others have no event";
  }
  const included = config["snapshot.include.collection.list"] ?? "";
  if (included === "" || isListed(included, table)) return undefined;
  return "snapshot.include.collection.list leaves it out of the snapshot: rows from before have no event";
}
