import type { LatencySplit } from "../split-latency.js";

/** What a watch sees of one database at one time. */
export interface CaptureEntry {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly database: string;
  /** `ok`: a probe came through; `stalled`: it did not; `back`: it did, the first one after a stall. */
  readonly state: "ok" | "stalled" | "back";
  /** From the commit's answer to the event's arrival here; null while stalled. */
  readonly latencyMs: number | null;
  readonly split: LatencySplit | null;
  /** What PostgreSQL has written beyond what the connector has confirmed; null where it could not be read. */
  readonly lagBytes: number | null;
  /** For how long capture stalls, or had stalled; null where it does not. */
  readonly stalledMs: number | null;
  /** Why, while stalled: an error's code, what was seen, what to do. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly hint: string | null;
}
