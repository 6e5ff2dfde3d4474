import { CdcError } from "../../src/errors.js";
import { deadlineIn } from "../../src/wait/deadline.js";
import { type Probe, waitUntil } from "../../src/wait/wait-until.js";

/** Asks again and again until `probe` is ready; rejects with the last reason when that takes too long. */
export function until<T>(what: string, probe: () => Promise<Probe<T>>, timeoutMs = 30_000): Promise<T> {
  return waitUntil({
    probe,
    intervalMs: 20,
    deadline: deadlineIn(timeoutMs),
    signal: new AbortController().signal,
    onTimeout: (lastReason) => new CdcError("SERVER_NOT_READY", `${what}: ${lastReason}`),
  });
}
