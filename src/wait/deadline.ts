/** A point in time until which something may take; all waits of one command share one. */
export interface Deadline {
  /** Milliseconds left, never negative. */
  remainingMs(): number;
  /** What the whole span was, for messages. */
  readonly totalMs: number;
}

export function deadlineIn(totalMs: number): Deadline {
  const endsAtMs = performance.now() + totalMs;
  return { totalMs, remainingMs: () => Math.max(0, endsAtMs - performance.now()) };
}
