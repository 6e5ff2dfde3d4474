import { expect, it } from "vitest";

import type { RegisteredConnector } from "../../../src/clients/connect/connect-client.js";
import type { SlotFacts } from "../../../src/teardown/capture-facts.js";
import { chooseDeleted } from "../../../src/teardown/choose-deleted.js";

const SERVERS = { connectUrl: "http://connect:8083", postgres: { host: "postgres", port: 5432 } };
const slot: SlotFacts = {
  name: "orders",
  database: "shop",
  isActive: false,
  isLost: false,
  unconfirmedBytes: 0,
};

const connector = (name: string, config: Readonly<Record<string, string>> = {}): RegisteredConnector => ({
  name,
  status: undefined,
  config: {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "database.hostname": "postgres",
    "database.port": "5432",
    "database.dbname": "shop",
    "slot.name": "orders",
    ...config,
  },
});
const choose = (doomed: readonly RegisteredConnector[], others: readonly RegisteredConnector[] = []) =>
  chooseDeleted(doomed, [...doomed, ...others], [slot], SERVERS).map(({ connector: one, slot: its }) => [
    one.name,
    its.name,
  ]);

it("takes a connector with the slot that it reads", () => {
  expect(choose([connector("orders")])).toEqual([["orders", "orders"]]);
});

it.each([
  ["another server", { "database.hostname": "elsewhere" }],
  ["another database", { "database.dbname": "other" }],
  ["a slot that is not there", { "slot.name": "gone" }],
  ["no PostgreSQL", { "connector.class": "org.apache.kafka.connect.mirror.MirrorHeartbeatConnector" }],
])("leaves a connector that reads %s to go by itself", (_, config) => {
  expect(choose([connector("orders", config)])).toEqual([]);
});

it("keeps a slot that a connector reads which stays", () => {
  expect(choose([connector("orders")], [connector("standby")])).toEqual([]);
});
