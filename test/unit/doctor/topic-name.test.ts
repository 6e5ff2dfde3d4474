import { describe, expect, it } from "vitest";

import { collisionKeyOf, topicNameOf, topicNamingOf } from "../../../src/doctor/topics/topic-name.js";
import { namesOf } from "../../../src/names.js";

const NAMING = { prefix: "debezium.shop", delimiter: "." };
const names = namesOf("shop");

describe("a table's topic", () => {
  it.each([
    ["public", "orders", "debezium.shop.public.orders", false],
    ["public", "Order-Items.v2", "debezium.shop.public.Order-Items.v2", false],
    ["my schema", 'a"b', "debezium.shop.my_schema.a_b", true],
    ["public", "größe", "debezium.shop.public.gr__e", true],
    // Two UTF-16 code units, as in Java.
    ["public", "😀", "debezium.shop.public.__", true],
  ])("of %s and %s is %s (%#)", (schema, name, topic, isReplaced) => {
    expect(topicNameOf(NAMING, { schema, name })).toEqual({ name: topic, isReplaced, isCut: false });
  });

  it("is cut at 249 characters", () => {
    const naming = { ...NAMING, prefix: "p".repeat(240) };
    const exact = topicNameOf(naming, { schema: "abc", name: "defg" });
    expect([exact.name.length, exact.isCut]).toEqual([249, false]);
    const longer = topicNameOf(naming, { schema: "abc", name: "defgh" });
    expect(longer).toEqual({ name: exact.name, isReplaced: false, isCut: true });
  });

  it("meets another where Kafka's metrics would", () => {
    expect(collisionKeyOf("a.b_c")).toBe(collisionKeyOf("a_b.c"));
    expect(collisionKeyOf("a.b")).not.toBe(collisionKeyOf("a-b"));
  });
});

describe("how topics are named", () => {
  it("is what `register` would say where there is no connector", () => {
    expect(topicNamingOf(names)).toEqual(NAMING);
  });

  it("is what the connector says", () => {
    const config = { "topic.prefix": "p", "topic.delimiter": "-", "transforms.t.type": "com.example.Mask" };
    expect(topicNamingOf(names, config)).toEqual({ prefix: "p", delimiter: "-" });
  });

  it.each([
    { "topic.prefix": "${env:PREFIX}" },
    { "topic.naming.strategy": "io.debezium.schema.SchemaRegexTopicNamingStrategy" },
    { "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter" },
    { "transforms.outbox.type": "io.debezium.transforms.outbox.EventRouter" },
  ] as Record<string, string>[])("cannot be told with %j", (config) => {
    expect(topicNamingOf(names, { "topic.prefix": "p", ...config })).toBeUndefined();
  });
});
