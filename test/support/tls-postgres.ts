import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";

import type { PostgresEndpoint } from "../../src/clients/postgres.js";
import type { Authority, Certificate } from "./certificates.js";
import { startPostgres } from "./own-postgres.js";
import type { PostgresServer } from "./postgres-server.js";

/** Of users by name: without TLS only, by certificate, with one beside the password; all others by password over TLS. */
const HBA = `hostnossl all plain_user 127.0.0.1/32 scram-sha-256
hostssl all plain_user 127.0.0.1/32 reject
hostssl all cert_user 127.0.0.1/32 cert
hostssl all both_user 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
hostssl all debezium_user 127.0.0.1/32 scram-sha-256 clientcert=verify-full
hostssl all all 127.0.0.1/32 scram-sha-256
hostssl replication all 127.0.0.1/32 scram-sha-256
`;

/** A PostgreSQL that lets nobody in without TLS, but `plain_user`. */
export async function startTlsPostgres(
  authority: Authority,
  certificate: Certificate,
): Promise<PostgresServer> {
  const server = await startPostgres();
  try {
    for (const user of ["plain_user", "cert_user", "both_user"]) {
      await server.query("postgres", `CREATE ROLE ${user} LOGIN PASSWORD 'user-pass'`);
    }
    await setCertificate(server, authority, certificate);
    await server.restart({
      settings: { ssl: "on", ssl_cert_file: "tls.crt", ssl_key_file: "tls.key", ssl_ca_file: "tls-ca.crt" },
      hba: HBA,
    });
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Puts a certificate where the server reads it at its next start. */
export async function setCertificate(
  { dataDir }: PostgresServer,
  authority: Authority,
  certificate: Certificate,
): Promise<void> {
  await copyFile(authority.certificateFile, join(dataDir, "tls-ca.crt"));
  await copyFile(certificate.certificateFile, join(dataDir, "tls.crt"));
  await copyFile(certificate.keyFile, join(dataDir, "tls.key"));
  await chmod(join(dataDir, "tls.key"), 0o600);
}

export const endpointOf = (server: PostgresServer, tls?: PostgresEndpoint["tls"]): PostgresEndpoint => ({
  host: server.host,
  port: server.port,
  adminUser: server.user,
  adminPassword: server.password,
  adminDatabase: "postgres",
  ...(tls === undefined ? {} : { tls }),
});
