import { CdcError } from "../../errors.js";
import { shellWord } from "../../shell-words.js";
import { type Probe, waitUntil } from "../../wait/wait-until.js";
import type { ProbeOptions } from "./probe-options.js";

const LOOK_EVERY_MS = 5;
const CHECK_CONNECTOR_EVERY_MS = 1_000;

export type EventWait = Pick<ProbeOptions, "names" | "subject" | "context" | "update" | "requireLive">;

/**
 * Waits for something that a row brings about, for as long as the connector lives.
 * @param where the topic, or what is known of it
 * @throws CdcError EVENT_NOT_SEEN, and what `requireLive` throws
 */
export async function waitForEvent<T>(
  where: string,
  { names, subject, context, update, requireLive }: EventWait,
  probe: () => Promise<Probe<T>>,
  intervalMs = LOOK_EVERY_MS,
): Promise<T> {
  let checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
  return waitUntil({
    intervalMs,
    ...context,
    onReason: update,
    probe: async () => {
      const answer = await probe();
      if (answer.ready || performance.now() < checkAtMs) return answer;
      await requireLive();
      checkAtMs = performance.now() + CHECK_CONNECTOR_EVERY_MS;
      return answer;
    },
    onTimeout: (reason) =>
      new CdcError(
        "EVENT_NOT_SEEN",
        `a row went into ${subject.schema}.${subject.table} of ${names.database}, and its events did not all arrive in ${where} in time; last seen: ${reason}`,
        {
          hint: `cdc-pipeline logs connect; what the connector does to events: cdc-pipeline connectors get ${shellWord(names.connector)}; more time: --timeout SECONDS`,
        },
      ),
  });
}
