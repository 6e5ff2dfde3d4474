import { expect, test } from "vitest";

import { namesOf } from "../../../src/names.js";
import { routeOf } from "../../../src/reconcile/naming/route-topic.js";
import { tableTopics } from "../../../src/reconcile/naming/table-topics.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const regexRouter = (settings: Record<string, string>) => ({
  transforms: "route",
  "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
  ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`transforms.route.${key}`, value])),
});

test.each([
  ["no transform", {}, "a.public.t"],
  ["groups", regexRouter({ regex: "a\\.(.*)\\.(.*)", replacement: "$2-of-$1" }), "t-of-public"],
  ["a dollar of the name", regexRouter({ regex: "a.*", replacement: "cash\\$" }), "cash$"],
  ["a part of the name", regexRouter({ regex: "public", replacement: "x" }), "a.public.t"],
  ["a pattern of Java alone", regexRouter({ regex: "(?U)a.*+", replacement: "x" }), undefined],
  ["a condition", regexRouter({ regex: "a.*", replacement: "x", predicate: "isTombstone" }), undefined],
  [
    "Debezium's router",
    {
      transforms: " route ",
      "transforms.route.type": "io.debezium.transforms.ByLogicalTableRouter",
      "transforms.route.topic.regex": "(.*)t",
      "transforms.route.topic.replacement": "$1all",
    },
    "a.public.all",
  ],
  [
    "one that goes by the record",
    { transforms: "route", "transforms.route.type": "io.debezium.transforms.outbox.EventRouter" },
    undefined,
  ],
  [
    "one that leaves names alone",
    { transforms: "flat", "transforms.flat.type": "io.debezium.transforms.ExtractNewRecordState" },
    "a.public.t",
  ],
])("%s", (_, config, expected) => {
  expect(routeOf(config)("a.public.t")).toBe(expected);
});

const names = namesOf("mykart");
const orders = { schema: "public", name: "orders" };
const archive = { schema: "public", name: "orders_2025" };

test("tables get the topics that the connector gives them", () => {
  const config = {
    ...regexRouter({ regex: "kart\\.(.*)", replacement: "$1" }),
    "topic.prefix": "kart",
    "topic.delimiter": ".",
  };
  expect(tableTopics([orders], [orders, archive], names, config)).toEqual(["public.orders"]);
});

test("a topic that another table's events go to as well is refused, also where the other one is not asked for", async () => {
  const config = {
    ...regexRouter({ regex: "kart\\.public\\.orders.*", replacement: "orders" }),
    "topic.prefix": "kart",
  };
  const error = await catchCdcError(() => tableTopics([orders], [orders, archive], names, config));
  expect(error).toMatchObject({ code: "NOT_COMPARABLE" });
  expect(error.message).toContain("public.orders and public.orders_2025");
});

test("a strategy of naming that is not Debezium's own is refused", async () => {
  const config = { "topic.prefix": "kart", "topic.naming.strategy": "com.example.Naming" };
  const error = await catchCdcError(() => tableTopics([orders], [orders], names, config));
  expect(error).toMatchObject({ code: "NOT_COMPARABLE" });
});
