import type { Reporter } from "./progress.js";
import type { Deadline } from "./wait/deadline.js";

/** What every stage and target gets: where to report, when to stop, how long it may take. */
export interface Context {
  readonly report: Reporter;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  /** Told of each secret that turns up on the way, so that it is shown nowhere. */
  readonly hide?: (secret: string) => void;
}
