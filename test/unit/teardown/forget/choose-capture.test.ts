import { describe, expect, it } from "vitest";

import type { RegisteredConnector } from "../../../../src/clients/connect/connect-client.js";
import type { SlotFacts } from "../../../../src/teardown/capture-facts.js";
import { chooseCapture } from "../../../../src/teardown/forget/find-capture.js";

const SERVERS = { connectUrl: "http://connect:8083", postgres: { host: "postgres", port: 5432 } };

const connector = (name: string, config: Readonly<Record<string, string>> = {}): RegisteredConnector => ({
  name,
  status: undefined,
  config: {
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "cdc.pipeline.managed": "true",
    "database.hostname": "postgres",
    "database.port": "5432",
    "database.dbname": "shop",
    "database.user": "debezium_user",
    "slot.name": "debezium_shop_slot",
    "topic.prefix": "debezium.shop",
    ...config,
  },
});
const slot = (name: string, database = "shop"): SlotFacts => ({
  name,
  database,
  isActive: false,
  isLost: false,
  unconfirmedBytes: 0,
});

const choose = (connectors: readonly RegisteredConnector[], slots = [slot("debezium_shop_slot")]) => {
  const { releases, others } = chooseCapture(connectors, slots, ["shop"], SERVERS);
  return {
    going: releases.flatMap(({ connector: one, slot: two }) => [one?.name, two?.name]),
    others: others.map(({ name }) => name),
  };
};

describe("chooseCapture", () => {
  it("takes the connector that register made for the database, with its slot", () => {
    expect(choose([connector("shop-connector")])).toEqual({
      going: ["shop-connector", "debezium_shop_slot"],
      others: [],
    });
  });

  it("takes a slot that its connector has left behind", () => {
    expect(choose([])).toEqual({ going: [undefined, "debezium_shop_slot"], others: [] });
  });

  it.each([
    ["of somebody else", { "cdc.pipeline.managed": "" }],
    ["of a file", { "cdc.pipeline.managed": "files" }],
    ["of another database", { "database.dbname": "other" }],
  ])("leaves a connector %s, and the slot that it reads", (_, config) => {
    expect(choose([connector("theirs", config)])).toEqual({ going: [], others: ["theirs"] });
  });

  it("has nothing to do with a connector that reads another server, though its names are the same", () => {
    expect(choose([connector("shop-connector", { "database.hostname": "elsewhere" })])).toEqual({
      going: [undefined, "debezium_shop_slot"],
      others: [],
    });
  });

  it("counts one whose server a config provider names among those that may read here", () => {
    const hidden = connector("theirs", {
      "cdc.pipeline.managed": "",
      "database.hostname": "${file:/run/db:host}",
    });
    expect(choose([hidden]).others).toEqual(["theirs"]);
  });
});
