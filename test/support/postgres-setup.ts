import type { TestProject } from "vitest/node";

import { postgresUrl } from "./postgres-connection.js";
import { PostgresServer } from "./postgres-server.js";

/** Starts the PostgreSQL that all tests of a project share; the returned function removes it. */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const { postgresMajor: version } = project.getProvidedContext();
  if (version === undefined) throw new Error(`the project ${project.name} does not provide postgresMajor`);
  const server = await PostgresServer.start({
    version,
    settings: { max_connections: 200, max_replication_slots: 100, max_wal_senders: 100 },
  });
  project.provide("postgres", server.connection);
  project.provide("postgresUrl", postgresUrl(server, "postgres"));
  return () => server.stop();
}
