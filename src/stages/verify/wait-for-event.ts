import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";
import { type Probe, waitUntil } from "../../wait/wait-until.js";
import { PROBE_TABLE } from "../own-objects.js";

const CHECK_CONNECTOR_EVERY_MS = 1_000;

export interface EventWait {
  readonly names: DatabaseNames;
  readonly context: Context;
  readonly update: (message: string) => void;
  /** Throws when the connector will never deliver: failed, paused, gone. */
  readonly requireLiveConnector: () => Promise<void>;
  readonly intervalMs?: number;
}

/**
 * Waits for something that a row in the probe table brings about, for as long as the connector lives.
 * @throws CdcError EVENT_NOT_SEEN, and what `requireLiveConnector` throws
 */
export async function waitForEvent<T>(
  topic: string,
  { names, context, update, requireLiveConnector, intervalMs = 5 }: EventWait,
  probe: () => Promise<Probe<T>>,
): Promise<T> {
  let checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
  return waitUntil({
    intervalMs,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await probe();
      if (answer.ready || performance.now() < checkAtMs) return answer;
      await requireLiveConnector();
      checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
      return answer;
    },
    onTimeout: (reason) =>
      new CdcError(
        "EVENT_NOT_SEEN",
        `a row was inserted into ${PROBE_TABLE} of ${names.database}, and its event did not arrive in ${topic} in time; last seen: ${reason}`,
        { hint: "cdc-pipeline logs connect; more time: --timeout SECONDS" },
      ),
  });
}
