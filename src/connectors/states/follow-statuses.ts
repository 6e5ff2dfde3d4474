import type { ConnectClient, ConnectorStatus } from "../../clients/connect/connect-client.js";
import { compareStatuses, type StatusChange } from "./compare-statuses.js";
import { lookAtStatuses } from "./look-at-statuses.js";

/** What happened to the connectors of a Kafka Connect, or to itself, and when it was seen. */
export type StatusEvent =
  /** All there is, once, as soon as Kafka Connect answers. */
  | {
      readonly kind: "snapshot";
      readonly time: Date;
      readonly statuses: readonly ConnectorStatus[];
    }
  /** What is different since, and all there is now. */
  | {
      readonly kind: "changes";
      readonly time: Date;
      readonly changes: readonly StatusChange[];
      readonly statuses: readonly ConnectorStatus[];
    }
  /** Kafka Connect does not answer. It goes on being asked; each new reason is told. */
  | { readonly kind: "away"; readonly time: Date; readonly reason: string }
  /** It answers again. What changed meanwhile follows. */
  | { readonly kind: "back"; readonly time: Date };

/**
 * Follows the states of all connectors and their tasks, with one request a look: the first snapshot, then what
 * changes, within 250 ms of the worker saying so.
 * Ends when the signal aborts.
 * @throws CdcError where waiting is of no use: Kafka Connect refuses the login
 */
export async function* followStatuses(
  client: Pick<ConnectClient, "statuses">,
  signal: AbortSignal,
): AsyncGenerator<StatusEvent, void> {
  let last: readonly ConnectorStatus[] | undefined;
  let awayFor: string | undefined;
  for await (const look of lookAtStatuses(client, signal)) {
    const { time } = look;
    if (!look.answered) {
      if (look.reason !== awayFor) yield { kind: "away", time, reason: look.reason };
      awayFor = look.reason;
      continue;
    }
    if (awayFor !== undefined) yield { kind: "back", time };
    awayFor = undefined;
    const { statuses } = look;
    const changes = compareStatuses(last ?? [], statuses);
    if (last === undefined) yield { kind: "snapshot", time, statuses };
    else if (changes.length > 0) yield { kind: "changes", time, changes, statuses };
    last = statuses;
  }
}
