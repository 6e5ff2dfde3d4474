import { describe, expect, it } from "vitest";

import { capturesOf } from "../../../src/doctor/topics/captured-tables.js";

const TABLES = ["public.orders", "public.order_items", "sales.orders", "sales.a,b"];

const captured = (config: Readonly<Record<string, string>>): string[] | undefined => {
  const captures = capturesOf(config);
  return captures === undefined
    ? undefined
    : TABLES.filter((table) => {
        const [schema = "", name = ""] = table.split(".");
        return captures({ schema, name });
      });
};

describe("the tables that a connector captures", () => {
  it.each([
    [{}, TABLES],
    [{ "table.include.list": "public.orders" }, ["public.orders"]],
    [
      { "table.include.list": " PUBLIC\\.ORDERS , sales\\..* " },
      ["public.orders", "sales.orders", "sales.a,b"],
    ],
    [{ "table.include.list": "sales\\.a\\,b" }, ["sales.a,b"]],
    [{ "table.exclude.list": "public\\.order.*" }, ["sales.orders", "sales.a,b"]],
    [{ "schema.include.list": "sales" }, ["sales.orders", "sales.a,b"]],
    [{ "schema.exclude.list": "sales" }, ["public.orders", "public.order_items"]],
    [{ "schema.include.list": "public", "table.exclude.list": ".*\\.orders" }, ["public.order_items"]],
  ] as [Record<string, string>, string[]][])("with %j are %j", (config, expected) => {
    expect(captured(config)).toEqual(expected);
  });

  it("are not known where only the worker knows a list, or only Java its pattern", () => {
    expect(captured({ "table.include.list": "${file:/etc/tables:list}" })).toBeUndefined();
    expect(captured({ "table.include.list": "(?i:public)\\p{Alpha}[" })).toBeUndefined();
  });
});
