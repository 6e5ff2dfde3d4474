import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { namesOf } from "../../../../src/names.js";
import { verify } from "../../../../src/stages/verify/verify.js";
import { notYet, ready } from "../../../../src/wait/wait-until.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createTestDatabase, type TestDatabase } from "../../../support/databases.js";
import { type FakeConnect, startFakeConnect } from "../../../support/fake-connect.js";
import { type FakeKafka, startFakeKafka } from "../../../support/fake-kafka.js";
import { createStageRecorder } from "../../../support/stage.js";
import { until } from "../../../support/until.js";

/** The table as `prepare` makes it, and a note of every row that ever went in. */
const TABLE = `
  CREATE SCHEMA cdc_pipeline;
  CREATE TABLE cdc_pipeline.probe (token uuid PRIMARY KEY, inserted_at timestamptz DEFAULT clock_timestamp());
  CREATE TABLE public.went_in (token uuid);
  CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO public.went_in VALUES (NEW.token); RETURN NEW; END';
  CREATE TRIGGER note AFTER INSERT ON cdc_pipeline.probe FOR EACH ROW EXECUTE FUNCTION public.note();
`;

let connect: FakeConnect;
let kafka: FakeKafka;
let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  [connect, kafka, database] = await Promise.all([
    startFakeConnect(),
    startFakeKafka(),
    createTestDatabase(),
  ]);
  client = await database.connect();
  await client.query(TABLE);
});
afterEach(async () => {
  await Promise.all([connect.close(), kafka.close(), database.drop()]);
});

/** Verifies a database whose slot nobody makes. */
function run(recorder: ReturnType<typeof createStageRecorder>, brokers = kafka.brokers) {
  const { host, port, user, password } = inject("postgres");
  const postgres = { host, port, adminUser: user, adminPassword: password, adminDatabase: "postgres" };
  const deployment = {
    endpoints: { postgres, kafka: { brokers }, connect },
    postgresFromConnect: { host, port },
  };
  const options = { deployment, databases: [database.name], publication: "debezium_publication" };
  return catchCdcError(recorder.run("verify", (stage, context) => verify(options, stage, context)));
}

async function count(table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]?.count);
}

describe("the topic of the probe table, which a row makes while streaming is waited for", () => {
  it("leaves no row behind where streaming never begins", async () => {
    connect.configs.set(namesOf(database.name).connector, {});
    const error = await run(createStageRecorder({ timeoutMs: 3_000 }));
    expect(error.code).toBe("NOT_STREAMING");
    expect(await count("public.went_in")).toBe(1);
    expect(await count("cdc_pipeline.probe")).toBe(0);
  });

  it("leaves no row behind where something else ends the wait", async () => {
    const { connector, slot } = namesOf(database.name);
    connect.configs.set(connector, {});
    const other = await createTestDatabase();
    try {
      const failing = run(createStageRecorder());
      await until("the row went in", async () =>
        (await count("public.went_in")) === 1 ? ready(undefined) : notYet("not yet"),
      );
      await (
        await other.connect()
      ).query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
      expect((await failing).message).toBe(`the slot ${slot} belongs to ${other.name}`);
      expect(await count("cdc_pipeline.probe")).toBe(0);
    } finally {
      await other.drop();
    }
  });

  it("gets no row where there is no connector", async () => {
    const error = await run(createStageRecorder());
    expect(error.message).toMatch(/^there is no connector /);
    expect(await count("public.went_in")).toBe(0);
  });

  it("hides no other reason where Kafka cannot be reached", async () => {
    connect.configs.set(namesOf(database.name).connector, {});
    const error = await run(createStageRecorder({ timeoutMs: 1_000 }), ["127.0.0.1:1"]);
    expect(error.code).toBe("NOT_STREAMING");
    expect(await count("public.went_in")).toBe(0);
  });
});
