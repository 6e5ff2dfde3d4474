import { CdcError } from "../errors.js";
import { formatBytes, formatCount } from "../format.js";
import type { Unread } from "./unread-changes.js";

export interface MeasuredSlot {
  readonly slot: string;
  readonly database: string;
  readonly unread: Unread;
}

/** `12.0 KiB unread, no change of a published table in it` */
export function describeUnread({ bytes, changes }: Unread): string {
  const size = `${formatBytes(bytes)} unread`;
  if ("unknown" in changes) return `${size}; whether changes are in it is not known: ${changes.unknown}`;
  if (changes.count === 0) return `${size}, no change of a published table in it`;
  const few = changes.count === 1 ? "1 change" : `${formatCount(changes.count)} changes`;
  return `${size}, ${changes.isAtLeast ? "at least " : ""}${few} of published tables in it`;
}

/**
 * Whether dropping the slots would lose changes; `undefined` where it would not.
 * @param forceCommand the one that drops them all the same
 */
export function judgeUnread(measured: readonly MeasuredSlot[], forceCommand: string): CdcError | undefined {
  const losing = measured.filter(({ unread: { changes } }) => "unknown" in changes || changes.count > 0);
  if (losing.length === 0) return undefined;
  const lines = losing.map(({ slot, unread }) => `slot ${slot}: ${describeUnread(unread)}`);
  return new CdcError(
    "UNREAD_CHANGES",
    `changes that have not reached Kafka would be lost\n${lines.join("\n")}`,
    {
      hint: `let the connector catch up while nobody writes (cdc-pipeline status), then again; or lose them: ${forceCommand}`,
      details: {
        slots: losing.map(({ slot, database, unread: { bytes, changes } }) => ({
          name: slot,
          database,
          unreadBytes: bytes,
          unreadChanges: "unknown" in changes ? null : changes.count,
        })),
      },
    },
  );
}
