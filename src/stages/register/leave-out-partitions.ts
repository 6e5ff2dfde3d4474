import type { ConnectorConfig } from "../../clients/connect.js";
import { exactPattern } from "./exact-pattern.js";

const EXCLUDED_TABLES = "table.exclude.list";
/** A template that chooses tables by itself is left as it is. */
const CHOOSES_TABLES = [EXCLUDED_TABLES, "table.include.list", "snapshot.include.collection.list"];

/**
 * Keeps partitions out of the snapshot. They are streamed as their root, but Debezium's snapshot reads them
 * as tables of their own besides: every row of theirs would come twice, in topics that nothing follows in.
 * Only a new connector takes a snapshot, so an existing one goes on with the list that it has: partitions
 * that came since would only make it start again.
 * @param found the connector's configuration now; undefined where there is none
 * @param findPartitions `schema.table` of each
 */
export async function leaveOutPartitions(
  wanted: ConnectorConfig,
  found: ConnectorConfig | undefined,
  findPartitions: () => Promise<readonly string[]>,
): Promise<ConnectorConfig> {
  if (CHOOSES_TABLES.some((key) => key in wanted)) return wanted;
  const kept = found?.[EXCLUDED_TABLES];
  if (found !== undefined) return kept === undefined ? wanted : { ...wanted, [EXCLUDED_TABLES]: kept };
  const partitions = await findPartitions();
  if (partitions.length === 0) return wanted;
  return { ...wanted, [EXCLUDED_TABLES]: partitions.map(exactPattern).join(",") };
}
