import { afterEach, beforeEach, describe, expect } from "vitest";

import type { Diagnosis } from "../../../src/doctor/run-checks.js";
import { namesOf } from "../../../src/names.js";
import { passes, trips } from "../../support/check-fixtures.js";
import { connectorConfig } from "../../support/connector-config.js";
import { diagnose, expectPassed, expectTripped } from "../../support/diagnose.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { type FakeKafka, startFakeKafka } from "../../support/fake-kafka.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

/* What one real broker cannot be made to be: several, or one without topics of its own making. */

let preparation: Preparation;
let connect: FakeConnect;
let kafka: FakeKafka;
let database: string;
beforeEach(async () => {
  [preparation, connect, kafka] = await Promise.all([
    createPreparation(),
    startFakeConnect(),
    startFakeKafka(),
  ]);
  database = await preparation.createDatabase();
  await preparation.query(database, "CREATE TABLE orders (id int PRIMARY KEY)");
  await preparation.prepare(database);
});
afterEach(async () => {
  await Promise.all([preparation.dispose(), connect.close(), kafka.close()]);
});

const look = (): Promise<Diagnosis> =>
  diagnose(preparation, database, { connect: connect.url, kafka: kafka.brokers });

const topicOf = (table: string) => `${namesOf(database).topicPrefix}.public.${table}`;

const probeTopic = () => `${namesOf(database).topicPrefix}.cdc_pipeline.probe`;

const register = async (changes: Readonly<Record<string, string>> = {}) =>
  connect.configs.set(namesOf(database).connector, await connectorConfig(preparation, database, changes));

describe("several brokers", () => {
  beforeEach(() => {
    kafka.brokerCount = 2;
  });

  trips("TOPIC_NOT_REPLICATED", "with one copy of a topic", async () => {
    kafka.topics.set(topicOf("orders"), { copies: 1, settings: {} });
    expectTripped(await look(), "TOPIC_NOT_REPLICATED", {
      severity: "warning",
      seen: `2 brokers, one copy of ${topicOf("orders")}`,
    });
  });

  passes(
    "TOPIC_NOT_REPLICATED",
    "with a copy on each; another database's topics are not looked at",
    async () => {
      kafka.topics.set(topicOf("orders"), { copies: 2, settings: {} });
      kafka.topics.set("debezium.another.public.orders", { copies: 1, settings: {} });
      expectPassed(await look(), "TOPIC_NOT_REPLICATED");
    },
  );

  trips("REPLICATION_FACTOR_IMPOSSIBLE", "fewer than new topics ask for", async () => {
    kafka.brokerSettings = { ...kafka.brokerSettings, "default.replication.factor": "3" };
    expectTripped(await look(), "REPLICATION_FACTOR_IMPOSSIBLE", {
      severity: "error",
      object: "default.replication.factor",
      seen: "default.replication.factor is 3, there are 2 brokers",
    });
  });

  passes("REPLICATION_FACTOR_IMPOSSIBLE", "as many as new topics ask for", async () => {
    kafka.brokerSettings = { ...kafka.brokerSettings, "default.replication.factor": "2" };
    expectPassed(await look(), "REPLICATION_FACTOR_IMPOSSIBLE");
  });
});

describe("brokers that make no topics by themselves", () => {
  beforeEach(() => {
    kafka.brokerSettings = { ...kafka.brokerSettings, "auto.create.topics.enable": "false" };
  });

  trips("TOPICS_NOT_CREATED", "stop a table with rows, before anything is registered", async () => {
    await preparation.query(database, "INSERT INTO orders VALUES (1); ANALYZE orders");
    expectTripped(await look(), "TOPICS_NOT_CREATED", {
      severity: "error",
      seen: `auto.create.topics.enable is false, and there is no ${probeTopic()}, ${topicOf("orders")}`,
    });
  });

  trips("TOPICS_NOT_CREATED", "will stop an empty table", async () => {
    await register();
    expectTripped(await look(), "TOPICS_NOT_CREATED", { severity: "warning" });
  });

  passes("TOPICS_NOT_CREATED", "where the topic is there", async () => {
    await register();
    for (const topic of [topicOf("orders"), probeTopic()])
      kafka.topics.set(topic, { copies: 1, settings: {} });
    expectPassed(await look(), "TOPICS_NOT_CREATED");
  });

  passes("TOPICS_NOT_CREATED", "where the connector asks for topics, or leaves the tables out", async () => {
    await register({ "topic.creation.default.replication.factor": "1" });
    expectPassed(await look(), "TOPICS_NOT_CREATED");
    await register({ "table.exclude.list": "public\\..*,cdc_pipeline\\.probe" });
    expectPassed(await look(), "TOPICS_NOT_CREATED");
  });
});

describe("a broker that is away", () => {
  trips("KAFKA_UNREACHABLE", "is told with its address, at once", async () => {
    const startedMs = performance.now();
    const diagnosis = await diagnose(preparation, [], { kafka: ["127.0.0.1:1"] });
    expectTripped(diagnosis, "KAFKA_UNREACHABLE", {
      severity: "error",
      seen: expect.stringContaining("127.0.0.1:1") as string,
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  passes("KAFKA_UNREACHABLE", "one that answers", async () => {
    expectPassed(await look(), "KAFKA_UNREACHABLE");
  });
});
