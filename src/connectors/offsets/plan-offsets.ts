import { isDeepStrictEqual } from "node:util";

import type { ConnectorStatus, StoredOffset } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import { nameArguments } from "../../shell-words.js";

/** What would be stored of one partition of a source. */
export interface OffsetChange {
  readonly partition: StoredOffset["partition"];
  /** null: nothing. */
  readonly before: StoredOffset["offset"];
  readonly after: StoredOffset["offset"];
}

/**
 * What differs when `wanted` is stored; partitions that it does not name stay.
 * @param wanted undefined: all of it goes
 */
export function planOffsets(
  stored: readonly StoredOffset[],
  wanted: readonly StoredOffset[] | undefined,
): readonly OffsetChange[] {
  const find = (offsets: readonly StoredOffset[], partition: StoredOffset["partition"]) =>
    offsets.find((one) => isDeepStrictEqual(one.partition, partition))?.offset ?? null;
  const changes =
    wanted === undefined
      ? stored.map(({ partition, offset }) => ({ partition, before: offset, after: null }))
      : wanted.map(({ partition, offset }) => ({
          partition,
          before: find(stored, partition),
          after: offset,
        }));
  return changes.filter(({ before, after }) => !isDeepStrictEqual(before, after));
}

/** Kafka Connect changes offsets only while nothing reads. @throws CdcError CONNECTOR_NOT_STOPPED */
export function requireStopped(
  connectors: readonly { readonly name: string; readonly status: ConnectorStatus | undefined }[],
): void {
  const running = connectors.filter(({ status }) => status?.connector.state !== "STOPPED");
  if (running.length === 0) return;
  const states = running.map(({ name, status }) => `${name} is ${status?.connector.state ?? "UNKNOWN"}`);
  throw new CdcError(
    "CONNECTOR_NOT_STOPPED",
    `offsets can be changed only of connectors that are STOPPED: ${states.join(", ")}`,
    { hint: `cdc-pipeline connectors stop ${nameArguments(running.map(({ name }) => name))}; then again` },
  );
}
