import { CdcError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";
import { matchesAny, matchNames } from "../match-names.js";
import { type Look, lookAtStatuses } from "../states/look-at-statuses.js";
import { type WatchEntry, watchEntry } from "./watch-entry.js";
import type { WatchOptions } from "./watch-options.js";
import { WatchedConnectors } from "./watched-connectors.js";

/** Whether each connector was as it should be when it was seen last. */
export type WatchOutcome = "well" | "bad";

/**
 * Restarts what has failed of passing causes, and tells what has failed of lasting ones.
 * @throws CdcError CONNECTOR_UNKNOWN at the first look; CONNECT_UNREACHABLE where Kafka Connect did not answer until
 * the deadline of a single look; of a login that Kafka Connect refuses
 */
export async function watchConnectors(options: WatchOptions): Promise<WatchOutcome> {
  const { client, patterns, signal, once, onEntry } = options;
  const connectors = new WatchedConnectors(options);
  let awayFor: string | undefined;
  let hasStarted = false;
  for await (const look of lookAtStatuses(client, signal)) {
    if (!look.answered) {
      if (once?.remainingMs() === 0) throw unreachable(look, once);
      if (awayFor === undefined) onEntry(awayEntry(look));
      awayFor = look.reason;
      continue;
    }
    if (awayFor !== undefined) onEntry(watchEntry(look.time.getTime(), "connect-back", {}));
    awayFor = undefined;
    const names = look.statuses.map(({ name }) => name);
    if (!hasStarted) options.onStart?.(matchNames(patterns, names).length);
    hasStarted = true;
    const watched = look.statuses.filter(({ name }) => matchesAny(patterns, name));
    connectors.forgetOthers(names);
    const losses = await options.slotLosses();
    for (const status of watched) await connectors.lookAt(status, losses.get(status.name));
    if (once === undefined) continue;
    if (connectors.isSettled()) return connectors.outcome();
    if (once.remainingMs() === 0) {
      connectors.tellUnsettled(watched);
      return "bad";
    }
  }
  return connectors.outcome();
}

function awayEntry({ time, reason }: Extract<Look, { answered: false }>): WatchEntry {
  return watchEntry(time.getTime(), "connect-away", { failure: { class: "passing", cause: reason } });
}

function unreachable({ reason }: Extract<Look, { answered: false }>, once: Deadline): CdcError {
  const seconds = Math.round(once.totalMs / 1000);
  return new CdcError(
    "CONNECT_UNREACHABLE",
    `Kafka Connect did not list its connectors within ${seconds} s; last seen: ${reason}`,
    { hint: "cdc-pipeline status; more time: --timeout SECONDS" },
  );
}
