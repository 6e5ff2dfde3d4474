import * as z from "zod";

import { SSL_MODES } from "../../clients/postgres-tls.js";
import { note } from "../setting-notes.js";
import { choice, expected, host, port, text } from "../value-types.js";

/** A path on the machine of Kafka Connect's worker: taken as it stands, nobody here can look at it. */
const workerPath = () => text().min(1, expected("a path on the worker's machine"));

/** How Kafka Connect reaches PostgreSQL, where that is another way than ours. */
export const fromConnectSection = z.strictObject({
  postgresHost: host()
    .optional()
    .register(...note("Host under which Kafka Connect reaches PostgreSQL, if it is not `postgres.host`.")),
  postgresPort: port()
    .optional()
    .register(...note("Port under which Kafka Connect reaches PostgreSQL, if it is not `postgres.port`.")),
  postgresSslMode: choice(SSL_MODES)
    .optional()
    .register(
      ...note("The connector's TLS to PostgreSQL; without it, `postgres.sslMode` where that is set."),
    ),
  postgresCaFile: workerPath()
    .optional()
    .register(
      ...note(
        "The connector's PEM file of authorities, a path on the worker's machine; without it, those that its Java knows.",
      ),
    ),
  postgresCertFile: workerPath()
    .optional()
    .register(
      ...note("The connector's certificate for `debezium.user`, a PEM file on the worker's machine."),
    ),
  postgresKeyFile: workerPath()
    .optional()
    .register(
      ...note("The key of `fromConnect.postgresCertFile`, PKCS #8 in DER, a path on the worker's machine."),
    ),
});

/** As it stands in the file. */
export type FromConnectSettings = z.output<typeof fromConnectSection>;
