import { describe, expect, it } from "vitest";

import { chooseTopics } from "../../../../src/teardown/forget/choose-topics.js";

const TOPICS = [
  "__debezium-heartbeat.debezium.shop",
  "__debezium-heartbeat.debezium.shop2",
  "debezium.shop",
  "debezium.shop.eu.public.orders",
  "debezium.shop.message",
  "debezium.shop.public.orders",
  "debezium.shop2.public.orders",
  "orders",
];

describe("chooseTopics", () => {
  it("takes the tables, messages and heartbeat of a prefix, and none of a name that only begins alike", () => {
    expect(chooseTopics(TOPICS, ["debezium.shop"], [])).toEqual([
      "__debezium-heartbeat.debezium.shop",
      "debezium.shop.eu.public.orders",
      "debezium.shop.message",
      "debezium.shop.public.orders",
    ]);
  });

  it("leaves those of a connector that stays, whose prefix begins with this one", () => {
    const left = chooseTopics(TOPICS, ["debezium.shop"], ["debezium.shop.eu", ""]);
    expect(left).not.toContain("debezium.shop.eu.public.orders");
    expect(left).toHaveLength(3);
  });

  it("leaves all of a prefix that a connector which stays has too", () => {
    expect(chooseTopics(TOPICS, ["debezium.shop"], ["debezium.shop"])).toEqual([]);
  });
});
