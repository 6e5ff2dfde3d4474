import { afterEach, beforeEach, describe, expect, it } from "vitest";

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
    kafka: [],
    connect: url,
  };
  const postgresFromConnect = { host: "db.example.com", port: 5432 };
  return findDatabases({ endpoints, postgresFromConnect }, createStageRecorder().context);
};

const config = (dbname: string, overrides: object = {}) => ({
  "database.hostname": "db.example.com",
  "database.port": "5432",
  "database.dbname": dbname,
  "cdc.pipeline.managed": "true",
  ...overrides,
});
const showConnectors = (...configs: readonly object[]) => {
  const json = Object.fromEntries(configs.map((one, index) => [`c${index}`, { info: { config: one } }]));
  connect.misbehave({ on: /^GET \/connectors\?expand=info$/, trick: { status: 200, json } });
};

describe("the databases that have a connector", () => {
  it("are those of connectors that this program made, each once, found in one request", async () => {
    showConnectors(
      config("shop"),
      config("orders"),
      config("shop"),
      config("foreign", { "cdc.pipeline.managed": null }),
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
