/** What the other end of TLS is checked by, and what it is shown of this one. Never shown. */
export interface TlsAccess {
  /** PEM: the authorities that may have signed the server's certificate, instead of the well-known ones. */
  readonly ca?: string;
  /** PEM: the certificate of this client, and its key. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
}

/** As Node's TLS takes them. */
export function secureContextOf({ ca, clientCertificate }: TlsAccess): {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
} {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined
      ? {}
      : { cert: clientCertificate.certificate, key: clientCertificate.key }),
  };
}
