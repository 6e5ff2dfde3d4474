import type { CdcError } from "../errors.js";

/** A signal that aborts when nothing has come for a while. */
export interface StallLimit {
  readonly signal: AbortSignal;
  /** Something came: the time begins anew. */
  progress(): void;
  /** To be called in any case. */
  end(): void;
}

/**
 * For work that may take as long as it goes on.
 * @param onStall the error that the signal aborts with
 */
export function stallLimit(signal: AbortSignal, stallMs: number, onStall: () => CdcError): StallLimit {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(onStall()), Math.min(stallMs, 2 ** 31 - 1));
  const abort = () => limit.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    signal: limit.signal,
    progress: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
