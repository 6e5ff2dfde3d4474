import pRetry from "p-retry";

import { CdcError } from "../errors.js";
import type { Deadline } from "./deadline.js";

/** What a probe answers: the value it waited for, or why it is not there yet. */
export type Probe<T> =
  { readonly ready: true; readonly value: T } | { readonly ready: false; readonly reason: string };

export const ready = <T>(value: T): Probe<T> => ({ ready: true, value });
export const notYet = (reason: string): Probe<never> => ({ ready: false, reason });

export interface WaitOptions<T> {
  /** Asked again and again; what it throws ends the wait at once. */
  readonly probe: () => Promise<Probe<T>>;
  readonly intervalMs: number;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
  /** The error for a wait that ran out; it gets the last reason seen. */
  readonly onTimeout: (lastReason: string) => CdcError;
  /** Told each new reason, for progress. */
  readonly onReason?: (reason: string) => void;
}

const NOTHING = "nothing seen yet";

class NotYet extends Error {}

/** Waits until `probe` is ready, the deadline passes or the signal aborts. */
export async function waitUntil<T>(options: WaitOptions<T>): Promise<T> {
  let lastReason = NOTHING;
  const attempt = async (): Promise<T> => {
    const answer = await options.probe();
    if (answer.ready) return answer.value;
    if (answer.reason !== lastReason) options.onReason?.(answer.reason);
    lastReason = answer.reason;
    throw new NotYet(answer.reason);
  };
  try {
    return await pRetry(attempt, {
      retries: Number.POSITIVE_INFINITY,
      factor: 1,
      minTimeout: options.intervalMs,
      maxTimeout: options.intervalMs,
      maxRetryTime: options.deadline.remainingMs(),
      signal: options.signal,
      shouldRetry: ({ error }) => error instanceof NotYet,
    });
  } catch (error) {
    if (error instanceof NotYet) throw options.onTimeout(lastReason);
    options.signal.throwIfAborted();
    // The last request got no more than what was left of the time: that it was not answered says nothing.
    const isCutOff = error instanceof CdcError && error.code === "CONNECT_UNREACHABLE";
    if (isCutOff && lastReason !== NOTHING && options.deadline.remainingMs() === 0)
      throw options.onTimeout(lastReason);
    throw error;
  }
}
