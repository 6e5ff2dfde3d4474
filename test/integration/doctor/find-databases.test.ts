import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ConnectorConfig } from "../../../src/clients/connect/connect-client.js";
import { findDatabases } from "../../../src/doctor/find-databases.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { createStageRecorder } from "../../support/stage.js";

let connect: FakeConnect;
beforeEach(async () => {
  connect = await startFakeConnect();
});
afterEach(() => connect.close());

const find = (url = connect.url) => {
  const endpoints = {
    postgres: { host: "127.0.0.1", port: 1, adminUser: "", adminPassword: "", adminDatabase: "" },
    kafka: { brokers: [] },
    connect: { url },
  };
  const postgresFromConnect = { host: "db.example.com", port: 5432 };
  return findDatabases({ endpoints, postgresFromConnect }, createStageRecorder().context);
};

const config = (dbname: string, overrides: ConnectorConfig = {}): ConnectorConfig => ({
  "database.hostname": "db.example.com",
  "database.port": "5432",
  "database.dbname": dbname,
  "cdc.pipeline.managed": "true",
  ...overrides,
});
const showConnectors = (...configs: readonly ConnectorConfig[]) => {
  for (const [index, one] of configs.entries()) connect.configs.set(`connector-${index}`, one);
};

describe("the databases that have a connector", () => {
  it("are those of connectors that this program made, each once, found in one request", async () => {
    showConnectors(
      config("shop"),
      config("orders"),
      config("shop"),
      { "database.hostname": "db.example.com", "database.port": "5432", "database.dbname": "foreign" },
      { "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector" },
    );
    expect(await find()).toEqual({ databases: ["orders", "shop"] });
    expect(connect.requests).toHaveLength(1);
  });

  it("are not those of another server", async () => {
    showConnectors(
      config("elsewhere", { "database.hostname": "other.example.com" }),
      config("beside", { "database.port": "5433" }),
    );
    expect(await find()).toEqual({ databases: [] });
  });

  it("are not known where the worker is away, which is said", async () => {
    expect(await find("http://127.0.0.1:1")).toEqual({
      databases: [],
      unknown: expect.stringContaining("does not answer") as string,
    });
  });
});
