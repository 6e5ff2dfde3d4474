import type { ConnectClient, ConnectorStatus } from "../../clients/connect/connect-client.js";
import { type CdcError, foreseenError } from "../../errors.js";

/** One look at all connectors: what there is, or why Kafka Connect could not tell. */
export type Look =
  | { readonly answered: true; readonly time: Date; readonly statuses: readonly ConnectorStatus[] }
  | { readonly answered: false; readonly time: Date; readonly reason: string };

/** The pause after an answer: what changes just after a look is seen within 250 ms. */
const PAUSE_MS = 200;
/** A worker that takes long to answer is asked less often: it spends a fifth of its time on us at most. */
const PAUSES_AN_ANSWER = 4;
const LONGEST_PAUSE_MS = 10_000;
/** What no waiting mends: the login is wrong. */
const REFUSED = new Set<unknown>([401, 403, 407]);

/**
 * Looks at all connectors again and again, with one request each, never two at a time. A look without an answer is
 * told as such, and the next one follows.
 * Ends when the signal aborts.
 * @param client without a deadline of its own: a request is not to be repeated inside of a look
 * @throws CdcError where waiting is of no use: Kafka Connect refuses the login
 */
export async function* lookAtStatuses(
  client: Pick<ConnectClient, "statuses">,
  signal: AbortSignal,
): AsyncGenerator<Look, void> {
  while (!signal.aborted) {
    const startedAt = performance.now();
    const look = await lookOnce(client, signal);
    if (look === undefined) return;
    const tookMs = performance.now() - startedAt;
    yield look;
    await pause(tookMs, signal);
  }
}

async function lookOnce(
  client: Pick<ConnectClient, "statuses">,
  signal: AbortSignal,
): Promise<Look | undefined> {
  try {
    const statuses = await client.statuses();
    return { answered: true, time: new Date(), statuses };
  } catch (thrown) {
    if (signal.aborted) return undefined;
    const error = foreseenError(thrown, signal);
    if (isLasting(error)) throw error;
    return { answered: false, time: new Date(), reason: error.message };
  }
}

function isLasting({ code, details }: CdcError): boolean {
  if (code === "CONNECT_UNREACHABLE") return false;
  return code !== "CONNECT_FAILED" || REFUSED.has(details?.status);
}

/** @param tookMs how long the last look took */
function pause(tookMs: number, signal: AbortSignal): Promise<void> {
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, tookMs * PAUSES_AN_ANSWER));
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, pauseMs);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
