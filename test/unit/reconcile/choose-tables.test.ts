import { expect, test } from "vitest";

import { chooseTables } from "../../../src/reconcile/tables/choose-tables.js";
import { eventColumns } from "../../../src/reconcile/tables/event-columns.js";
import { messageKeyOf } from "../../../src/reconcile/tables/message-key.js";
import { whyUnpublished } from "../../../src/reconcile/tables/refuse-uncaptured.js";
import { whyNotWhole } from "../../../src/reconcile/tables/snapshot-scope.js";
import { columnFacts, publishedTable } from "../../support/table-fixtures.js";

const tables = [
  publishedTable("cdc_pipeline.probe"),
  publishedTable("public.orders"),
  publishedTable("sales.orders"),
  publishedTable("public.products"),
];
const labels = ({ tables }: ReturnType<typeof chooseTables>) =>
  tables.map(({ schema, name }) => `${schema}.${name}`);

test.each([
  ["all but the program's own", {}, [], ["public.orders", "sales.orders", "public.products"]],
  ["by schema and name", {}, ["public.orders"], ["public.orders"]],
  ["a name in every schema", {}, ["orders"], ["public.orders", "sales.orders"]],
  ["the program's own where it is asked for", {}, ["cdc_pipeline.probe"], ["cdc_pipeline.probe"]],
  ["the connector's list", { "table.include.list": "public\\..*" }, [], ["public.orders", "public.products"]],
])("%s", (_, config, wanted, expected) => {
  expect(labels(chooseTables(tables, config, wanted))).toEqual(expected);
});

test("what is asked for and not captured is told with its reason", () => {
  const { missing } = chooseTables(tables, { "table.exclude.list": "sales.orders" }, [
    "sales.orders",
    "nothing",
  ]);
  expect(missing).toEqual([
    { wanted: "sales.orders", why: expect.stringContaining("table.include.list") as string },
    { wanted: "nothing" },
  ]);
});

test.each([
  [[], "no table of that name"],
  [[{ kind: "v" }], "a view"],
  [[{ isUnlogged: true }], "unlogged"],
  [[{ root: "public.events" }], "public.events"],
  [[{}], "the publication pub does not have it"],
])("why a table is not published: %j", (found, expected) => {
  const facts = found.map((one) => ({
    schema: "public",
    name: "t",
    kind: "r",
    isUnlogged: false,
    root: null,
    ...one,
  }));
  expect(whyUnpublished(facts, "pub")).toContain(expected);
});

test("columns are those that events hold with PostgreSQL's values", () => {
  const table = publishedTable("public.users", { published: ["id", "e-mail", "card", "note"] });
  const columns = ["id", "e-mail", "card", "note", "area"].map(columnFacts);
  const config = {
    "column.exclude.list": "public\\.users\\.note",
    "column.mask.with.12.chars": "public.users.card",
    "field.name.adjustment.mode": "avro",
  };
  const { columns: kept, notes } = eventColumns(table, columns, config);
  expect(kept.map(({ field }) => field)).toEqual(["id", "e_mail"]);
  expect(notes).toEqual([expect.stringContaining("card")]);
});

test.each([
  [{}, undefined],
  [{ "message.key.columns": "public.orders:number, year;public.other:id" }, ["number", "year"]],
  [{ "message.key.columns": "(.*).orders:number" }, ["number"]],
  [{ "message.key.columns": "orders:number" }, undefined],
])("the key that message.key.columns gives: %j", (config, expected) => {
  expect(messageKeyOf(config, { schema: "public", name: "orders" })).toEqual(expected);
});

test.each([
  [{}, undefined],
  [{ "snapshot.mode": "no_data" }, "no_data"],
  [
    { "snapshot.mode": "when_needed", "snapshot.include.collection.list": "public.products" },
    "collection.list",
  ],
  [{ "snapshot.include.collection.list": "public.products,public\\.or.*" }, undefined],
  [{ "snapshot.select.statement.overrides": "public.orders" }, "overrides"],
])("whether rows without an event are lost: %j", (config, expected) => {
  const why = whyNotWhole(config, { schema: "public", name: "orders" });
  if (expected === undefined) expect(why).toBeUndefined();
  else expect(why).toContain(expected);
});
