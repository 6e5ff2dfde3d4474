import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { settingsSchema } from "../../../../src/config/schema.js";
import { namesOf } from "../../../../src/names.js";
import { packagePath } from "../../../../src/package-root.js";
import { renderConnector } from "../../../../src/stages/register/render-connector.js";

const path = packagePath("connectors/postgres.json");
const { debezium } = settingsSchema.parse({});
const { slot, topicPrefix } = namesOf("shop");

const config = renderConnector(
  readFileSync(path, "utf8"),
  {
    "postgres.host": "127.0.0.1",
    "postgres.port": "5432",
    "debezium.user": debezium.user,
    "debezium.password": debezium.password,
    "debezium.publication": debezium.publication,
    "debezium.heartbeatMs": String(debezium.heartbeatMs),
    "database.name": "shop",
    "database.slot": slot,
    "database.topicPrefix": topicPrefix,
  },
  path,
);

describe("the connector that the package ships", () => {
  it("is Debezium's for PostgreSQL, with the decoder that PostgreSQL has built in", () => {
    expect(config["connector.class"]).toBe("io.debezium.connector.postgresql.PostgresConnector");
    expect(config["plugin.name"]).toBe("pgoutput");
  });

  it("reads the database with the names and the role of the configuration", () => {
    expect(config).toMatchObject({
      "database.hostname": "127.0.0.1",
      "database.port": "5432",
      "database.user": "debezium_user",
      "database.password": "debezium_pass",
      "database.dbname": "shop",
      "slot.name": "debezium_shop_slot",
      "topic.prefix": "debezium.shop",
      "publication.name": "debezium_publication",
    });
  });

  it("never makes a publication by itself, which would take rights that it is not given", () => {
    expect(config["publication.autocreate.mode"]).toBe("disabled");
  });

  it("has its heartbeat on, so that a quiet database does not make the server keep its WAL", () => {
    expect(Number(config["heartbeat.interval.ms"])).toBeGreaterThan(0);
    expect(config["heartbeat.action.query"]).toMatch(/^SELECT pg_logical_emit_message/);
  });

  it("takes what is there first, with one task and readable numbers", () => {
    expect(config).toMatchObject({
      "snapshot.mode": "initial",
      "tasks.max": "1",
      "decimal.handling.mode": "string",
      "value.converter": "org.apache.kafka.connect.json.JsonConverter",
    });
  });

  it("has nothing left to fill in", () => {
    expect(Object.entries(config).filter(([, value]) => value.includes("${"))).toEqual([]);
  });
});
