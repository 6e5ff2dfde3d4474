import * as z from "zod";

import { SSL_MODES } from "../../clients/postgres-tls.js";
import { note, secretNote } from "../setting-notes.js";
import { choice, filePath, host, identifier, port, roleName, text } from "../value-types.js";

/** A PostgreSQL of somebody else's, and the administrator's login at any. */
export const postgresSection = z.strictObject({
  host: host()
    .default("127.0.0.1")
    .register(...note("Host of PostgreSQL, for the external target.")),
  port: port()
    .default(5432)
    .register(...note("Port of PostgreSQL, for the external target.")),
  adminUser: roleName()
    .default("admin")
    .register(...note("Role that creates databases, roles and publications.")),
  adminPassword: text()
    .default("password123")
    .register(
      ...secretNote("Password of `postgres.adminUser`. On k8s that of the Secret goes before the default."),
    ),
  adminDatabase: identifier()
    .default("mydb")
    .register(...note("Database that the admin connects to first.")),
  sslMode: choice(SSL_MODES)
    .default("prefer")
    .register(
      ...note(
        "TLS to PostgreSQL as libpq has it, for the external target: `prefer` takes it where the server offers it, `verify-full` checks the certificate and the host name.",
      ),
    ),
  caFile: filePath()
    .optional()
    .register(
      ...note("PEM file of the authorities that sign PostgreSQL's certificate, if not the well-known ones."),
    ),
  certFile: filePath()
    .optional()
    .register(...note("PEM file of the certificate that PostgreSQL asks of `postgres.adminUser`.")),
  keyFile: filePath()
    .optional()
    .register(...note("PEM file of the key of `postgres.certFile`, not encrypted.")),
});

/** As it stands in the file. */
export type PostgresSettings = z.output<typeof postgresSection>;
