import { describe, expect, it } from "vitest";

import { checkRow } from "../../../../src/stages/verify/subjects/check-row.js";
import type { TableColumn, TableInDatabase } from "../../../../src/stages/verify/subjects/table-facts.js";

function column(name: string, rest: Partial<TableColumn> = {}): TableColumn {
  const nothing = { isNotNull: false, hasDefault: false, identity: "", isGenerated: false, isKey: false };
  return { name, type: "integer", sqlType: "integer", ...nothing, ...rest };
}

const table: TableInDatabase = {
  ...{ oid: "1", schema: "public", name: "products", kind: "r", replicaIdentity: "default", triggers: [] },
  columns: [
    column("id", { isNotNull: true, identity: "a", isKey: true }),
    column("name", { isNotNull: true, type: "text" }),
    column("price", { isNotNull: true, hasDefault: true }),
    column("twice", { isGenerated: true }),
    column("note"),
  ],
};

describe("a row for a table", () => {
  it("may leave out what has a default, or is given by PostgreSQL", () => {
    expect(checkRow('{"name": "Probe"}', table)).toEqual(["name"]);
  });

  it.each([
    ["{", /^--row is no JSON: /],
    ["[1]", /^--row must be a JSON object, not a list/],
    ["null", /^--row must be a JSON object, not null/],
    ['{"nam": "x"}', /there is no column nam; did you mean name\?\n {2}name \(text\) must have a value/],
    ['{"name": "x", "id": 1}', /id is GENERATED ALWAYS AS IDENTITY: leave it out/],
    ['{"name": "x", "twice": 1}', /twice is computed by PostgreSQL: leave it out/],
    ["{}", /name \(text\) must have a value: it is NOT NULL and has no default/],
  ])("is refused: %s", (json, message) => {
    expect(() => checkRow(json, table)).toThrow(message);
    expect(() => checkRow(json, table)).toThrow(expect.objectContaining({ code: "PROBE_ROW_INVALID" }));
  });
});
