import { inspect } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { namesOf } from "../../../src/names.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { connectorConfig } from "../../support/connector-config.js";
import { diagnose, type DiagnosisOverrides, expectPassed, expectTripped } from "../../support/diagnose.js";
import {
  failed,
  type FakeConnect,
  NO_TASK,
  POSTGRES_CONNECTOR,
  startFakeConnect,
} from "../../support/fake-connect.js";
import { type FakeKafka, startFakeKafka } from "../../support/fake-kafka.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

/* What no real worker on this machine can be made to be. */

let preparation: Preparation;
let connect: FakeConnect;
let kafka: FakeKafka;
beforeEach(async () => {
  [preparation, connect, kafka] = await Promise.all([
    createPreparation(),
    startFakeConnect(),
    startFakeKafka(),
  ]);
});
afterEach(async () => {
  await Promise.all([preparation.dispose(), connect.close(), kafka.close()]);
});

const look = (databases: readonly string[] = [], overrides: DiagnosisOverrides = {}): Promise<Diagnosis> =>
  diagnose(preparation, databases, { connect: connect.url, kafka: kafka.brokers, ...overrides });

/** A database, prepared, with a connector as `register` writes it. */
async function registered(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  const database = await preparation.createDatabase();
  await preparation.query(database, "CREATE TABLE orders (id int PRIMARY KEY)");
  await preparation.prepare(database);
  connect.configs.set(namesOf(database).connector, await connectorConfig(preparation, database, changes));
  return database;
}

describe("a worker", () => {
  trips("CONNECT_UNREACHABLE", "that is away tells its address", async () => {
    const diagnosis = await look([], { connect: "http://127.0.0.1:1" });
    expectTripped(diagnosis, "CONNECT_UNREACHABLE", {
      severity: "error",
      seen: expect.stringContaining("http://127.0.0.1:1") as string,
    });
    expect(diagnosis.skipped).toContainEqual(expect.objectContaining({ code: "PLUGIN_MISSING" }));
  });

  trips("CONNECT_UNREACHABLE", "that is starting tells what it says of itself", async () => {
    connect.misbehave({ on: / \/connectors/, trick: { status: 500, json: { message: "no such thing" } } });
    connect.misbehave({
      on: / \/health$/,
      trick: { status: 503, json: { status: "starting", message: "Worker is still starting up." } },
    });
    expectTripped(await look(), "CONNECT_UNREACHABLE", {
      seen: expect.stringContaining("is not ready: Worker is still starting up.") as string,
    });
  });

  trips("CONNECT_UNREACHABLE", "that rebalances for longer is not waited for", async () => {
    connect.misbehave({
      on: / \/connectors/,
      trick: { status: 409, json: { message: "a rebalance is needed" } },
    });
    const startedMs = performance.now();
    expectTripped(await look(), "CONNECT_UNREACHABLE", {
      seen: expect.stringContaining("a rebalance is needed") as string,
    });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  passes("CONNECT_UNREACHABLE", "that rebalances for a moment is waited for", async () => {
    connect.misbehave({
      on: / \/connectors\?/,
      times: 2,
      trick: { status: 409, json: { message: "a rebalance is needed" } },
    });
    expectPassed(await look(), "CONNECT_UNREACHABLE");
  });

  trips("CONNECT_UNHEALTHY", "that answers, but says that it is not healthy", async () => {
    const message = "Worker was unable to handle this request and may be unable to handle other requests.";
    connect.misbehave({ on: / \/health$/, trick: { status: 500, json: { status: "unhealthy", message } } });
    expectTripped(await look(), "CONNECT_UNHEALTHY", { severity: "error", seen: message });
  });

  passes("CONNECT_UNHEALTHY", "too old to tell its health, that lists its connectors", async () => {
    connect.misbehave({ on: / \/health$/, trick: { status: 404, json: { message: "HTTP 404 Not Found" } } });
    connect.misbehave({ on: / \/connectors$/, trick: { status: 200, json: [] } });
    expectPassed(await look(), "CONNECT_UNHEALTHY");
  });

  trips("CONNECT_VERSION_OLD", "of Kafka 3.5", async () => {
    connect.version = "3.5.2";
    expectTripped(await look(), "CONNECT_VERSION_OLD", { severity: "warning", seen: "Kafka Connect 3.5.2" });
  });

  passes("CONNECT_VERSION_OLD", "of Kafka 3.10, which is newer than 3.6", async () => {
    connect.version = "3.10.0-ce";
    expectPassed(await look(), "CONNECT_VERSION_OLD");
  });

  trips("KAFKA_CLUSTER_DIFFERS", "of another cluster than the brokers", async () => {
    kafka.clusterId = "verified-against";
    expectTripped(await look(), "KAFKA_CLUSTER_DIFFERS", {
      severity: "error",
      seen: `Kafka Connect uses cluster fake; ${kafka.brokers.join("")} is cluster verified-against`,
    });
  });

  passes("KAFKA_CLUSTER_DIFFERS", "of the same cluster", async () => {
    expectPassed(await look(), "KAFKA_CLUSTER_DIFFERS");
  });
});

describe("the plugin", () => {
  trips("PLUGIN_MISSING", "is told to be missing, with those that are there", async () => {
    connect.plugins = ["org.apache.kafka.connect.mirror.MirrorSourceConnector"];
    expectTripped(await look(), "PLUGIN_MISSING", {
      severity: "error",
      seen: "not among the plugins: org.apache.kafka.connect.mirror.MirrorSourceConnector",
    });
  });

  passes("PLUGIN_MISSING", "is there", async () => {
    expectPassed(await look(), "PLUGIN_MISSING");
  });

  for (const [version, severity] of [
    ["3.6.1.Final", "warning"],
    ["1.9.7.Final", "error"],
  ] as const) {
    trips("PLUGIN_VERSION_OLD", `${version} is a matter of ${severity}`, async () => {
      connect.pluginVersions = { [POSTGRES_CONNECTOR]: version };
      expectTripped(await look(), "PLUGIN_VERSION_OLD", { severity, seen: `Debezium ${version}` });
    });
  }

  for (const version of ["3.7.0.Final", "3.10.0.Beta1", "4.0.0.Final", ""]) {
    passes("PLUGIN_VERSION_OLD", version === "" ? "that tells no version" : version, async () => {
      connect.pluginVersions = { [POSTGRES_CONNECTOR]: version };
      expectPassed(await look(), "PLUGIN_VERSION_OLD");
    });
  }
});

describe("a connector", () => {
  trips("CONNECTOR_WITHOUT_TASK", "that has none", async () => {
    const database = await registered();
    connect.showNext(namesOf(database).connector, NO_TASK);
    expectTripped(await look([database]), "CONNECTOR_WITHOUT_TASK", {
      severity: "error",
      object: namesOf(database).connector,
      seen: "connector RUNNING, no task yet",
    });
  });

  passes("CONNECTOR_WITHOUT_TASK", "with a running one", async () => {
    expectPassed(await look([await registered()]), "CONNECTOR_WITHOUT_TASK");
  });

  trips("CONNECTOR_TLS", "that reads another host without knowing that it is the right one", async () => {
    const database = await registered({ "database.hostname": "db.example.com" });
    expectTripped(await look([database]), "CONNECTOR_TLS", {
      severity: "warning",
      seen: "database.sslmode is prefer, to db.example.com",
    });
  });

  passes("CONNECTOR_TLS", "on this machine, or with verify-full", async () => {
    const there = { "database.hostname": "db.example.com", "database.sslmode": "verify-full" };
    expectPassed(await look([await registered()]), "CONNECTOR_TLS");
    expectPassed(await look([await registered(there)]), "CONNECTOR_TLS");
  });

  trips(
    "CONNECTOR_OTHER_DATABASE",
    "of the same database, at another address, which may be another name",
    async () => {
      const database = await registered({ "database.hostname": "db.example.com" });
      expectTripped(await look([database]), "CONNECTOR_OTHER_DATABASE", { severity: "warning" });
    },
  );

  passes("CONNECTOR_OTHER_DATABASE", "whose address only the worker knows", async () => {
    const database = await registered({ "database.hostname": "${file:/run/secrets/db:host}" });
    const diagnosis = await look([database]);
    expectPassed(diagnosis, "CONNECTOR_OTHER_DATABASE");
    expectPassed(diagnosis, "CONNECTOR_TLS");
  });

  trips("OFFSET_WITHOUT_SLOT", "with an offset greater than JavaScript's numbers, told exactly", async () => {
    const database = await registered();
    const { connector, topicPrefix } = namesOf(database);
    // As raw text: a number in this source would be rounded.
    const json = `{"offsets":[{"partition":{"server":"${topicPrefix}"},"offset":{"lsn":9223372036854775807}}]}`;
    connect.misbehave({ on: new RegExp(`${connector}/offsets$`), trick: { status: 200, text: json } });
    expectTripped(await look([database]), "OFFSET_WITHOUT_SLOT", {
      seen: expect.stringContaining("offset 7FFFFFFF/FFFFFFFF is stored") as string,
    });
  });

  trips(
    "CONNECTOR_PAUSED",
    "stopped with a position, which a restore may be behind, is not just to go on",
    async () => {
      const database = await registered();
      const { connector, topicPrefix } = namesOf(database);
      const offsets = [{ partition: { server: topicPrefix }, offset: { lsn: 50_331_648 } }];
      connect.misbehave({
        on: new RegExp(`${connector}/offsets$`),
        trick: { status: 200, json: { offsets } },
      });
      await fetch(`${connect.url}/connectors/${connector}/stop`, { method: "PUT" });
      expectTripped(await look([database]), "CONNECTOR_PAUSED", {
        seen: "STOPPED",
        fix: {
          kind: "advice",
          text: expect.stringContaining(
            `recapture ${database}; if not: cdc-pipeline connectors resume ${connector}`,
          ) as string,
        },
      });
    },
  );

  passes("OFFSET_WITHOUT_SLOT", "whose offset cannot be read is not judged by it", async () => {
    const database = await registered();
    connect.misbehave({ on: /\/offsets$/, trick: { status: 404, json: { message: "HTTP 404 Not Found" } } });
    expectPassed(await look([database]), "OFFSET_WITHOUT_SLOT");
  });

  it("that is not there leaves its checks undone, with the reason", async () => {
    const database = await preparation.createDatabase();
    const diagnosis = await look([database]);
    const reason = `there is no connector ${namesOf(database).connector}`;
    expect(diagnosis.skipped).toContainEqual({ code: "CONNECTOR_FAILED", database, reason });
    expectTripped(diagnosis, "CONNECTOR_MISSING", { severity: "info" });
  });

  it("has its password told to nobody", async () => {
    const database = await registered({ "plugin.name": "decoderbufs", "snapshot.mode": "no_data" });
    connect.showNext(namesOf(database).connector, failed("java.lang.Exception: it broke"));
    const diagnosis = await look([database]);
    expectTripped(diagnosis, "CONNECTOR_FAILED", { seen: "task 0 FAILED: it broke" });
    expect(inspect(diagnosis, { depth: 20, maxStringLength: null })).not.toContain(preparation.password);
  });

  it("costs a fixed number of requests, whatever else the worker runs", async () => {
    const database = await registered();
    const config = await connectorConfig(preparation, "other");
    for (let index = 0; index < 50; index += 1) connect.configs.set(`other-${index}`, config);
    (connect.requests as unknown[]).length = 0;
    await look([database]);
    expect(connect.requests.map(({ path }) => path).sort()).toEqual(
      [
        "/",
        "/connector-plugins",
        `/connectors/${namesOf(database).connector}/offsets`,
        "/connectors?expand=info&expand=status",
        "/health",
      ].sort(),
    );
  });
});
