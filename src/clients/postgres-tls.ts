import { checkServerIdentity, type ConnectionOptions } from "node:tls";

import { secureContextOf, type TlsAccess } from "./tls/tls-access.js";

/** As libpq names them. */
export const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;

/** How PostgreSQL is spoken with, `disable` where there is none of it. */
export interface PostgresTls extends TlsAccess {
  readonly mode: (typeof SSL_MODES)[number];
  /** What Debezium's role shows instead of `clientCertificate`, which is the administrator's. */
  readonly debeziumCertificate?: TlsAccess["clientCertificate"];
}

/** What pg takes as `ssl`. */
export type PostgresWay = ConnectionOptions | false;

/** The ways to connect, the best first: with `prefer` both, as libpq does it. */
export function waysToConnect(host: string, tls: PostgresTls = { mode: "disable" }): readonly PostgresWay[] {
  if (tls.mode === "disable") return [false];
  const secure: ConnectionOptions = {
    ...secureContextOf(tls),
    rejectUnauthorized: isChecked(tls),
    checkServerIdentity: (_, certificate) =>
      tls.mode === "verify-full" ? checkServerIdentity(host, certificate) : undefined,
  };
  return tls.mode === "prefer" ? [secure, false] : [secure];
}

/** With an authority, `require` is `verify-ca`, as it is for libpq. */
const isChecked = ({ mode, ca }: PostgresTls): boolean =>
  mode.startsWith("verify-") || (mode === "require" && ca !== undefined);
