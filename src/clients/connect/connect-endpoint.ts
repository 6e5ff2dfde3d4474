import type { TlsAccess } from "../tls/tls-access.js";

/** How this process reaches Kafka Connect. */
export interface ConnectEndpoint {
  /** Base URL of a worker's REST API: without a slash at its end, and without what could log in there. It is shown. */
  readonly url: string;
  /** The same of further workers of its group, asked where that one does not answer. */
  readonly others?: readonly string[];
  /** Without it, anybody may ask. */
  readonly access?: ConnectAccess;
}

/** What a worker, or what stands before it, asks of whoever calls. Never shown. */
export interface ConnectAccess extends TlsAccess {
  readonly basic?: { readonly username: string; readonly password: string };
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** URL of an HTTP proxy, perhaps with user and password in it. */
  readonly proxy?: string;
  /** Where the URLs lead through a tunnel: the host that they stand for, which the certificate names. */
  readonly serverName?: string;
}
