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
    return { why, mayHaveArrived: true, isLasting: false };
  }
  const tls = explainTlsError({ code, message }, "connect");
  if (tls !== undefined) return { ...tls, mayHaveArrived: false, isLasting: true };
  return { why: code === "" ? message : code, mayHaveArrived: !NOT_CONNECTED.has(code), isLasting: false };
}
