import { formatLsn, parseLsn } from "../lsn.js";
import type { Capturing } from "./capture-state.js";

/** What became of the capture of one database by a restore in place. */
export interface CaptureAfter extends Capturing {
  readonly outcome: "stopped" | "recaptured" | "database gone";
}

/** What a restore in place means for capture and for those who read its topics, as sentences. */
export function captureConsequences(captures: readonly CaptureAfter[], reachedLsn: string): string[] {
  if (captures.length === 0) return ["Nothing captured this server, so nothing has to be done for capture."];
  const reached = parseLsn(reachedLsn);
  const general = "The replication slots are gone: a backup holds none.";
  return [general, ...captures.flatMap((capture) => consequencesOf(capture, reached))];
}

function consequencesOf(
  { connector, database, storedLsn, outcome }: CaptureAfter,
  reached: bigint,
): string[] {
  const undone =
    storedLsn === null || storedLsn <= reached
      ? []
      : [
          `${database}: consumers have seen changes from ${formatLsn(reached)} to ${formatLsn(storedLsn)} that no longer exist; no event takes them back.`,
        ];
  if (outcome === "database gone") {
    return [...undone, `${database}: it did not exist then; ${connector} stays stopped.`];
  }
  if (outcome === "recaptured") {
    return [
      ...undone,
      `${database}: consumers see every row again, as op r, and no delete of rows that are gone.`,
    ];
  }
  return [
    ...undone,
    `${database}: ${connector} is stopped. Do not resume it as it is: Debezium would leave out new changes, without a word.`,
    `${database}: cdc-pipeline recapture ${database} takes a new snapshot; consumers see every row again, as op r.`,
  ];
}
