/** What is wrong between the two ends of TLS: it lasts until somebody changes it. */
export interface TlsFailure {
  readonly why: string;
  readonly hint: string;
}

/** The section of the settings that says how a server is reached. */
export type TlsSection = "connect" | "kafka" | "postgres";

/** Where a section says the host, and what to do where there is no TLS. */
const SECTIONS: Readonly<Record<TlsSection, { readonly host: string; readonly noTls: string }>> = {
  connect: { host: "connect.url", noTls: "is it http:// instead of https:// in connect.url?" },
  kafka: {
    host: "kafka.brokers",
    noTls: "name the port of a TLS listener in kafka.brokers, or set kafka.tls to false",
  },
  postgres: {
    host: "postgres.host",
    noTls:
      "turn ssl on at the server; where nobody else can read the network, set postgres.sslMode to disable",
  },
};

type Hint = (section: TlsSection) => string;

const unknownSigner: Hint = (section) =>
  `set ${section}.caFile (CDC_PIPELINE_${section.toUpperCase()}_CA_FILE) to a PEM file with the authority that signed it`;

const FAILURES: readonly (readonly [pattern: RegExp, why: string, hint: Hint])[] = [
  [/^DEPTH_ZERO_SELF_SIGNED_CERT$/, "its certificate is signed by itself", unknownSigner],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE)$/,
    "its certificate is signed by an authority that is not known here",
    unknownSigner,
  ],
  [
    /^CERT_HAS_EXPIRED$/,
    "its certificate has expired",
    () => "have it renewed, or check this machine's clock",
  ],
  [/^CERT_NOT_YET_VALID$/, "its certificate is not valid yet", () => "check the clocks of both machines"],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "its certificate is for another host name",
    (section) => `take a host name for ${SECTIONS[section].host} that the certificate names`,
  ],
  [
    /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNKNOWN_CA$/,
    "it does not take this client's certificate, or lack of one",
    (section) =>
      `set ${section}.certFile and ${section}.keyFile to the certificate that it asks for, and its key`,
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/,
    "it does not speak TLS on this port",
    (section) => SECTIONS[section].noTls,
  ],
];

/** Why TLS with a server failed, by the error of Node or OpenSSL; undefined where it was something else. */
export function explainTlsError(
  { code = "", message }: { readonly code?: string | undefined; readonly message: string },
  section: TlsSection,
): TlsFailure | undefined {
  // OpenSSL's alerts come as EPROTO, with their name in the message.
  const name = code === "EPROTO" ? message.replaceAll(/[\s:]+/g, "_").toUpperCase() : code;
  const found = FAILURES.find(([pattern]) => pattern.test(name));
  return found && { why: `${found[1]} (${code})`, hint: found[2](section) };
}

/** What is said of a server that does not offer TLS. */
export function hasNoTls(section: TlsSection): TlsFailure {
  return { why: "it does not speak TLS on this port", hint: SECTIONS[section].noTls };
}
