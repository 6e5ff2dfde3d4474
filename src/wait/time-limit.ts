import type { Deadline } from "./deadline.js";

/** A signal that also aborts when the time is up. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Whether it was the time, and not whoever interrupts. */
  isUp(): boolean;
}

/** For what goes on until it is told to end: the time that is left to it, beside the signal that it has. */
export function timeLimit(signal: AbortSignal, deadline: Deadline): TimeLimit {
  const limit = new AbortController();
  // A timer of our own holds on to the signal: that of AbortSignal.timeout may be collected behind AbortSignal.any,
  // and then never aborts. https://github.com/nodejs/node/issues/57736
  const timer = setTimeout(() => limit.abort(), Math.ceil(deadline.remainingMs()));
  timer.unref();
  const end = () => {
    clearTimeout(timer);
    limit.abort(signal.reason);
  };
  let isUp = false;
  limit.signal.addEventListener("abort", () => (isUp = !signal.aborted));
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return { signal: limit.signal, isUp: () => isUp };
}
