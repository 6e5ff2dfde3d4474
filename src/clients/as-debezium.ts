import type { PostgresEndpoint } from "./postgres.js";

/** The login of the role that Debezium has. */
export interface RoleLogin {
  readonly role: string;
  readonly password: string;
}

/**
 * The same server, logged in to as Debezium's role to see what it may do. Where a server goes by certificates, the
 * administrator's would be refused for another role: the role shows its own, if one was given.
 */
export function asDebezium(endpoint: PostgresEndpoint, { role, password }: RoleLogin): PostgresEndpoint {
  const { tls } = endpoint;
  const ownTls =
    tls?.debeziumCertificate === undefined ? tls : { ...tls, clientCertificate: tls.debeziumCertificate };
  return {
    ...endpoint,
    adminUser: role,
    adminPassword: password,
    ...(ownTls === undefined ? {} : { tls: ownTls }),
  };
}
