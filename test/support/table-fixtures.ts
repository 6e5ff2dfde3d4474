import type { ColumnFacts } from "../../src/reconcile/columns/column-codec.js";
import type { PublishedTable } from "../../src/reconcile/tables/read-published-tables.js";

/** @param label `schema.table` */
export function publishedTable(label: string, overrides: Partial<PublishedTable> = {}): PublishedTable {
  const [schema = "", name = ""] = label.split(".");
  return {
    oid: 1,
    schema,
    name,
    isPartitioned: false,
    rowFilter: null,
    published: ["id"],
    key: ["id"],
    isReadable: true,
    rows: 0,
    ...overrides,
  };
}

export const columnFacts = (name: string): ColumnFacts => ({
  name,
  type: {
    schema: "pg_catalog",
    name: "text",
    kind: "b",
    category: "S",
    isArray: false,
    isDomain: false,
    modifier: -1,
  },
  isNullable: true,
  canBeToasted: true,
  isGenerated: false,
});
