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
  // In 14 everybody may make tables in every database's schema public, so that the roles of all tests would
  // be seen by each. It is made as it is from 15 on; servers of a test's own are left as they come.
  if (version === 14) {
    await server.query("template1", "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    await server.query("template1", "ALTER SCHEMA public OWNER TO pg_database_owner");
  }
  project.provide("postgres", server.connection);
  project.provide("postgresUrl", postgresUrl(server, "postgres"));
  return () => server.stop();
}
