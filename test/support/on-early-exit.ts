const listeners = new Set<() => void>();

/**
 * Has `listener` called, which must not wait for anything, when this process ends before its clean-up: by
 * itself or by a signal. The returned function takes it off again.
 */
export function onEarlyExit(listener: () => void): () => void {
  if (listeners.size === 0) {
    process.on("exit", callAll).on("SIGINT", endBySignal).on("SIGTERM", endBySignal);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    process.off("exit", callAll).off("SIGINT", endBySignal).off("SIGTERM", endBySignal);
  };
}

function callAll(): void {
  for (const listener of listeners) listener();
}

function endBySignal(_signal: string, signalNumber: number): void {
  callAll();
  try {
    process.exit(128 + signalNumber);
  } catch {
    // In vitest's workers `exit` only throws.
    process.kill(process.pid, "SIGKILL");
  }
}
