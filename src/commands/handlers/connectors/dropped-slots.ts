import type { Acted } from "../../../connectors/act-on-each.js";
import { CdcError } from "../../../errors.js";
import { formatBytes } from "../../../format.js";
import type { DeletedRelease } from "../../../teardown/choose-deleted.js";
import { describeUnread } from "../../../teardown/judge-unread.js";
import type { Deleted } from "../../../teardown/release-deleted.js";

interface DropArguments {
  readonly "drop-slots"?: boolean | undefined;
  readonly force?: boolean | undefined;
}

export const NONE_RELEASED: Deleted["released"] = new Map();

/** @throws CdcError USAGE for `--force` where nothing would be refused */
export function requireDropSlots(args: DropArguments): void {
  if (args.force !== true || args["drop-slots"] === true) return;
  throw new CdcError("USAGE", "--force is for --drop-slots; nothing else is refused", {
    hint: "leave it out, or add --drop-slots",
  });
}

/** The connectors that went with their slots, and what those still held. */
export const describeReleasedConnectors = (released: Deleted["released"]): readonly Acted[] =>
  [...released].map(([name, { slot, unread }]) => ({
    name,
    status: "removed",
    detail: `with what it had stored, and slot ${slot}: ${describeUnread(unread)}`,
  }));

/** The slots that would go with their connectors, for a plan: a line each. */
export const renderDroppedSlots = (releases: readonly DeletedRelease[]): string =>
  releases
    .map(
      ({ slot, connector }) =>
        `- drop slot ${slot.name} of ${connector.name}, ${formatBytes(slot.unconfirmedBytes)} not confirmed now; refused where changes of published tables are unread`,
    )
    .join("\n");
