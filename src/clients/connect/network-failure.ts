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

const UNKNOWN_SIGNER =
  "set connect.caFile (CDC_PIPELINE_CONNECT_CA_FILE) to a PEM file with the authority that signed it";
const CLIENT_CERTIFICATE =
  "set connect.certFile and connect.keyFile to the certificate that it asks for, and its key";

/** What is wrong between the two ends of TLS: nothing was sent, and nothing is until somebody changes it. */
const TLS: readonly (readonly [RegExp, string, string])[] = [
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, "its certificate is signed by itself", UNKNOWN_SIGNER],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/,
    "its certificate is signed by an authority that is not known here",
    UNKNOWN_SIGNER,
  ],
  [/^CERT_HAS_EXPIRED$/, "its certificate has expired", "have it renewed, or check this machine's clock"],
  [/^CERT_NOT_YET_VALID$/, "its certificate is not valid yet", "check the clocks of both machines"],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "its certificate is for another host name",
    "take a host name for connect.url that the certificate names",
  ],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA$/,
    "it does not take this client's certificate, or lack of one",
    CLIENT_CERTIFICATE,
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    "it does not speak TLS on this port",
    "is it http:// instead of https:// in connect.url?",
  ],
];

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
  // OpenSSL's alerts come as EPROTO, with their name in the message.
  const name = code === "EPROTO" ? message.replaceAll(/[\s:]+/g, "_").toUpperCase() : code;
  const tls = TLS.find(([pattern]) => pattern.test(name));
  if (tls !== undefined)
    return { why: `${tls[1]} (${code})`, hint: tls[2], mayHaveArrived: false, isLasting: true };
  return { why: code === "" ? message : code, mayHaveArrived: !NOT_CONNECTED.has(code), isLasting: false };
}
