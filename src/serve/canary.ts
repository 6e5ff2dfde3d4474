import { setTimeout as delay } from "node:timers/promises";

import type { Context } from "../context.js";
import { foreseenError } from "../errors.js";
import { namesOf } from "../names.js";
import type { Observation } from "../observe/observation.js";
import { StallRecord } from "../stages/verify/watch/stall-record.js";
import { watchCapture } from "../stages/verify/watch/watch-capture.js";
import type { Target } from "../targets/target.js";
import { deadlineIn } from "../wait/deadline.js";
import { CanaryRecord } from "./canary-record.js";

/** Those of `verify --watch`. */
const EVERY_MS = 10_000;
const STALLED_AFTER_MS = 30_000;

/** Sends probes through each database that is captured, as `verify --watch` does, until `signal` is aborted. */
export class Canary {
  readonly record = new CanaryRecord();
  readonly #target: Target;
  readonly #context: Context;
  readonly #watches = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();

  constructor(target: Target, context: Context) {
    this.#target = target;
    this.#context = context;
  }

  /** Begins with databases that are new, and ends with those whose connector is gone. */
  follow({ databases, unknown }: Observation): void {
    if (unknown.connectors !== undefined) return;
    const wanted = new Set(
      databases
        .filter(({ name, connector }) => namesOf(name).connector === connector)
        .map(({ name }) => name),
    );
    for (const [database, { stop }] of this.#watches) {
      if (wanted.has(database)) continue;
      stop.abort();
      this.#watches.delete(database);
      this.record.forget(database);
    }
    for (const database of wanted) {
      if (this.#watches.has(database)) continue;
      const stop = new AbortController();
      const signal = AbortSignal.any([this.#context.signal, stop.signal]);
      this.#watches.set(database, { stop, done: this.#watch(database, signal) });
    }
  }

  /** Waits for the watches, which the signal of the context ends. */
  async end(): Promise<void> {
    await Promise.allSettled([...this.#watches.values()].map(({ done }) => done));
  }

  /** What the first session fails for is told like a stall, and tried again. */
  async #watch(database: string, signal: AbortSignal): Promise<void> {
    const failures = new StallRecord(database);
    const sinceMs = performance.now();
    while (!signal.aborted) {
      try {
        const { endpoints } = await this.#target.find(this.#context);
        await watchCapture({
          report: (event) => {
            if (event.type === "debug") this.#context.report(event);
          },
          ...{
            endpoints,
            names: namesOf(database),
            wishes: {},
            signal,
            deadline: deadlineIn(STALLED_AFTER_MS),
          },
          ...{ everyMs: EVERY_MS, stalledAfterMs: STALLED_AFTER_MS },
          onEntry: (entry) => {
            if (!signal.aborted) this.record.add(entry);
          },
        });
      } catch (thrown) {
        if (isAborted(signal)) return;
        this.record.add(failures.stalled(foreseenError(thrown, signal), null, sinceMs));
      }
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted;
