import type { Observation } from "../observe/observation.js";
import type { CaptureEntry } from "../stages/verify/watch/capture-entry.js";

export interface Served {
  /** The last look that came to something; missing before the first. */
  readonly observation?: Observation;
  /** Why no newer look came to something. */
  readonly failure?: string;
  readonly everyMs: number;
  /** What each probe came to last; empty without a canary. */
  readonly canary: readonly CaptureEntry[];
}

/** A look takes its time, and one may be lost: so many intervals and so long after them it is too old. */
const INTERVALS = 3;
const GRACE_MS = 5_000;

/** Why it is not ready, a sentence each; empty where it is. */
export function reasonsAgainst({ observation, failure, everyMs, canary }: Served, nowMs: number): string[] {
  if (observation === undefined) return [failure ?? "the servers were not looked at yet"];
  const ageMs = nowMs - Date.parse(observation.time);
  const isOld = ageMs > INTERVALS * everyMs + GRACE_MS;
  return [
    ...(isOld
      ? [`the last look is ${Math.round(ageMs / 1_000)} s old${failure === undefined ? "" : `: ${failure}`}`]
      : []),
    ...observation.problems
      .filter(({ severity }) => severity === "error")
      .map(({ database, what }) => (database === null ? what : `${database}: ${what}`)),
    ...canary
      .filter(({ state }) => state === "stalled")
      .map(({ database, reason }) => `${database}: capture stalls: ${reason ?? "no event came"}`),
  ];
}
