import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";

import { verify } from "../../../../src/stages/verify/verify.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createTestDatabase, type TestDatabase } from "../../../support/databases.js";
import { type FakeConnect, startFakeConnect } from "../../../support/fake-connect.js";
import { createStageRecorder } from "../../../support/stage.js";

let connect: FakeConnect;
let database: TestDatabase;
beforeEach(async () => {
  [connect, database] = await Promise.all([startFakeConnect(), createTestDatabase()]);
});
afterEach(async () => {
  await Promise.all([connect.close(), database.drop()]);
});

const rebalancing = { status: 409, json: { error_code: 409, message: "a rebalance is needed" } };

/** Verifies the database, of which the worker knows no connector. */
function run(recorder: ReturnType<typeof createStageRecorder>) {
  const { host, port, user, password } = inject("postgres");
  const postgres = {
    host,
    port,
    adminUser: user,
    adminPassword: password,
    adminDatabase: "postgres",
  };
  const deployment = {
    endpoints: { postgres, kafka: { brokers: ["127.0.0.1:1"] }, connect },
    postgresFromConnect: { host, port },
  };
  const options = { deployment, databases: [database.name], publication: "debezium_publication" };
  return catchCdcError(recorder.run("verify", (stage, context) => verify(options, stage, context)));
}

describe("a worker that is rebalancing while streaming is verified", () => {
  it("is asked again, which is told", async () => {
    connect.misbehave({ on: /./, times: 2, trick: rebalancing });
    const recorder = createStageRecorder();
    const error = await run(recorder);
    expect(error.code).toBe("NOT_STREAMING");
    expect(error.message).toMatch(/^there is no connector /);
    expect(recorder.events).toContainEqual({
      type: "step-update",
      stage: "verify",
      step: "streaming has begun",
      database: database.name,
      message: "Kafka Connect is rebalancing (409): a rebalance is needed",
    });
  });

  it("is given up at the deadline of the run", async () => {
    connect.misbehave({ on: /./, trick: rebalancing });
    const startedMs = performance.now();
    const error = await run(createStageRecorder({ timeoutMs: 800 }));
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(error.code).toBe("CONNECT_FAILED");
    expect(error.message).toMatch(
      /did not take GET \/connectors\/\S+\/(config|status) in time.*a rebalance is needed/,
    );
  });
});
