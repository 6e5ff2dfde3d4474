import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { ConnectorTls } from "../../config/read-postgres.js";

/** Checks by the authorities that Java knows; without it, the driver wants a file of authorities. */
const JAVA_AUTHORITIES = "org.postgresql.ssl.DefaultJavaSSLFactory";

/** The keys of a connector for TLS to PostgreSQL. */
export function renderTls(tls: ConnectorTls | undefined): ConnectorConfig {
  if (tls === undefined) return {};
  const { mode, caFile, certFile, keyFile } = tls;
  return {
    "database.sslmode": mode,
    ...(caFile === undefined ? {} : { "database.sslrootcert": caFile }),
    ...(certFile === undefined ? {} : { "database.sslcert": certFile }),
    ...(keyFile === undefined ? {} : { "database.sslkey": keyFile }),
    ...(mode.startsWith("verify-") && caFile === undefined
      ? { "database.sslfactory": JAVA_AUTHORITIES }
      : {}),
  };
}
