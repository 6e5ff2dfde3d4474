import { expect, test } from "vitest";

import { parseTableName } from "../../../src/testcontainers/table-name.js";

test.each([
  ["public.products", { schema: "public", name: "products" }],
  ["products", { schema: "public", name: "products" }],
  ["Sales 2.Order Lines", { schema: "Sales 2", name: "Order Lines" }],
  ["public.a.b", { schema: "public", name: "a.b" }],
])("%s is a table", (text, table) => {
  expect(parseTableName(text)).toEqual(table);
});

test("nothing is no table", () => {
  expect(() => parseTableName("")).toThrow('"" is no table\'s name');
});
