import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { diagnose } from "../../support/diagnose.js";
import { startPostgres } from "../../support/own-postgres.js";
import type { PostgresServer } from "../../support/postgres-server.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let server: PostgresServer;
let preparation: Preparation;
let endpoint: Preparation["endpoint"];
beforeAll(async () => {
  server = await startPostgres();
  preparation = await createPreparation();
  const { host, port, user: adminUser, password: adminPassword } = server;
  endpoint = { host, port, adminUser, adminPassword, adminDatabase: "postgres" };
});
afterAll(async () => {
  await server.stop();
  await preparation.dispose();
});

const look = (database: string, schemas: readonly string[] = []): Promise<Diagnosis> =>
  diagnose({ ...preparation, endpoint }, database, { schemas });

/** What was found in the database itself, of whatever severity. */
const problemsOf = ({ findings }: Diagnosis, database: string) =>
  findings
    .filter((finding) => finding.database === database && finding.severity !== "ok")
    .map(({ code, object, seen }) => ({ code, object, seen }));

describe("a database that prepare has made ready", () => {
  it("has nothing wrong, and nothing to be known of it", async () => {
    await preparation.prepare("mykart", { endpoint, wish: { schemaFile: "examples/mykart/schema.sql" } });
    expect(problemsOf(await look("mykart"), "mykart")).toEqual([]);
  });

  it("is broken by a later table without a key, even in a schema that is not captured", async () => {
    await server.query("mykart", "CREATE SCHEMA private CREATE TABLE notes (body text)");
    expect(problemsOf(await look("mykart", ["public"]), "mykart")).toMatchObject([
      { code: "REPLICA_IDENTITY_MISSING", object: "private.notes" },
    ]);
    await server.query("mykart", "ALTER TABLE private.notes REPLICA IDENTITY FULL");
    expect(problemsOf(await look("mykart", ["public"]), "mykart")).toEqual([]);
    expect(problemsOf(await look("mykart"), "mykart")).toMatchObject([
      { code: "TABLE_WITHOUT_KEY", object: "private.notes" },
    ]);
  });
});
