import { describe, expect, it } from "vitest";

import { requireTopics, tableTopicFilter } from "../../../src/events/table-topics.js";
import { namesOf } from "../../../src/names.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const names = namesOf("shop");
const TOPICS = [
  "debezium.shop.public.orders",
  "debezium.shop.sales.orders",
  "debezium.shop.public.line_items",
  "debezium.shop.cdc_pipeline.probe",
  "debezium.shop.message",
  "debezium.shopping.public.orders",
  "__debezium-heartbeat.debezium.shop",
];
const wanted = (table?: string) => TOPICS.filter(tableTopicFilter(names, table));

describe("the topics that are read", () => {
  it("are those of the database's tables, without our own and without those of a longer name", () => {
    expect(wanted()).toEqual(TOPICS.slice(0, 3));
  });

  it.each([
    ["public.orders", ["debezium.shop.public.orders"]],
    ["orders", ["debezium.shop.public.orders", "debezium.shop.sales.orders"]],
    ["line items", ["debezium.shop.public.line_items"]],
    ["cdc_pipeline.probe", ["debezium.shop.cdc_pipeline.probe"]],
    ["order", []],
    ["message", []],
  ])("of table %s are %j", (table, topics) => {
    expect(wanted(table)).toEqual(topics);
  });
});

describe("a topic that is not there", () => {
  it("is told with those that are", async () => {
    const error = await catchCdcError(() => requireTopics(TOPICS, names, "ordres"));
    expect(error.code).toBe("TOPIC_MISSING");
    expect(error.hint).toMatch(/: public\.line_items, public\.orders, sales\.orders$/);
  });

  it("is waited for where no table was named and something of the database is there", () => {
    expect(() => requireTopics(["debezium.shop.cdc_pipeline.probe"], names)).not.toThrow();
  });

  it("means that nothing was captured where none of the database is there", async () => {
    const error = await catchCdcError(() => requireTopics(["debezium.shopping.public.orders"], names));
    expect(error).toMatchObject({ code: "TOPIC_MISSING", hint: "cdc-pipeline up shop" });
  });
});
