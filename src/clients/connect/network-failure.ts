import { explainTlsError } from "../tls/explain-tls-error.js";

/** Why no answer came. */
export interface NetworkFailure {
  readonly why: string;
  /** The next thing to do, where the failure tells. */
  readonly hint?: string;
  /** The worker may have got the request, and may have done it. */
  readonly mayHaveArrived: boolean;
  /** To wait would not help. */
  readonly isLasting: boolean;
}

/** Nobody got the request: the connection was never made. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"],
]);

/** Most of a worker's answers come from topics, or are passed on by the worker that leads them. */
const SILENT_HINT =
  "a worker is silent while its Kafka is away: cdc-pipeline status tells which of the servers answer; then cdc-pipeline logs connect";

/** @param timeoutMs how long the answer was waited for */
export function explainNetworkError(
  {
    code = "",
    message,
    isTimeout,
  }: { readonly code?: string | undefined; readonly message: string; readonly isTimeout: boolean },
  timeoutMs: number,
): NetworkFailure {
  if (isTimeout) {
    const why = `no answer in ${Math.ceil(timeoutMs / 1000)} s`;
    return { why, hint: SILENT_HINT, mayHaveArrived: true, isLasting: false };
  }
  const tls = explainTlsError({ code, message }, "connect");
  if (tls !== undefined) return { ...tls, mayHaveArrived: false, isLasting: true };
  return { why: code === "" ? message : code, mayHaveArrived: !NOT_CONNECTED.has(code), isLasting: false };
}
