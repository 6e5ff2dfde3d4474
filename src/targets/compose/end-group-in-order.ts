const KILL_AFTER_MS = 10_000;

/**
 * When `signal` is aborted, a process that leads a group of its own gets `letEndMs` to come to its end. Then all
 * of the group are interrupted, and at last killed: `docker` runs compose as a process of its own, which a signal
 * to `docker` alone may not reach (https://github.com/docker/cli/issues/4402).
 * @returns to be called when the process has ended
 */
export function endGroupInOrder(
  leader: number | undefined,
  signal: AbortSignal,
  letEndMs: number,
): () => void {
  const timers: NodeJS.Timeout[] = [];
  const onAbort = () => {
    timers.push(
      setTimeout(() => sendToGroup(leader, "SIGINT"), letEndMs),
      setTimeout(() => sendToGroup(leader, "SIGKILL"), letEndMs + KILL_AFTER_MS),
    );
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return () => {
    signal.removeEventListener("abort", onAbort);
    timers.forEach(clearTimeout);
  };
}

function sendToGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
