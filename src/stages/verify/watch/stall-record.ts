import type { CdcError } from "../../../errors.js";
import type { ProbeOutcome } from "../proof.js";
import type { CaptureEntry } from "./capture-entry.js";

/** Turns what is seen of a database into entries, with how long capture stalls. Times are `performance.now()`. */
export class StallRecord {
  readonly #database: string;
  #sinceMs: number | undefined;

  constructor(database: string) {
    this.#database = database;
  }

  /** A probe came through. */
  proved(
    { latencyMs, split }: Pick<ProbeOutcome, "latencyMs" | "split">,
    lagBytes: number | null,
  ): CaptureEntry {
    const stalledMs = this.#elapsedMs();
    this.#sinceMs = undefined;
    const state = stalledMs === null ? "ok" : "back";
    const nothing = { code: null, reason: null, hint: null };
    return { ...this.#head(), state, latencyMs, split, lagBytes, stalledMs, ...nothing };
  }

  /** @param sinceMs when it was seen to be well last, or to be written that does not come */
  stalled(error: CdcError, lagBytes: number | null, sinceMs: number): CaptureEntry {
    this.#sinceMs ??= sinceMs;
    const { code, message: reason, hint = null } = error;
    const why = { code, reason, hint };
    return {
      ...this.#head(),
      state: "stalled",
      latencyMs: null,
      split: null,
      lagBytes,
      stalledMs: this.#elapsedMs(),
      ...why,
    };
  }

  #head(): Pick<CaptureEntry, "time" | "database"> {
    return { time: new Date().toISOString(), database: this.#database };
  }

  #elapsedMs(): number | null {
    return this.#sinceMs === undefined ? null : Math.round(performance.now() - this.#sinceMs);
  }
}
