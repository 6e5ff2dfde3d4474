import { createHash } from "node:crypto";

import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { exactPattern } from "./exact-pattern.js";

const EXCLUDED_TABLES = "table.exclude.list";
/** Tells a list of ours, by its hash, from one that somebody else wrote into the connector. */
const MARK = "cdc.pipeline.partitions";
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
  if (found !== undefined) {
    const kept = found[EXCLUDED_TABLES];
    return kept === undefined || found[MARK] !== hashOf(kept) ? wanted : leaveOut(wanted, kept);
  }
  const partitions = await findPartitions();
  return partitions.length === 0 ? wanted : leaveOut(wanted, partitions.map(exactPattern).join(","));
}

const leaveOut = (wanted: ConnectorConfig, list: string): ConnectorConfig => ({
  ...wanted,
  [EXCLUDED_TABLES]: list,
  [MARK]: hashOf(list),
});

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
