import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { ColumnFacts } from "../columns/column-codec.js";
import { fieldNaming } from "../columns/field-naming.js";
import { isListed } from "./list-patterns.js";
import type { PublishedTable } from "./read-published-tables.js";

/** A column of a table's events. */
export type EventColumn = ColumnFacts & { readonly field: string };

export interface EventColumns {
  readonly columns: readonly EventColumn[];
  /** Why columns that events do hold are not compared. */
  readonly notes: readonly string[];
}

/** Settings that change values: what is in Kafka then is not what is in PostgreSQL. */
const CHANGING = /^column\.(mask|truncate)\./;

/** The columns that events hold with the values that PostgreSQL has. */
export function eventColumns(
  table: Pick<PublishedTable, "schema" | "name" | "published">,
  columns: readonly ColumnFacts[],
  config: ConnectorConfig,
): EventColumns {
  const included = config["column.include.list"] ?? "";
  const excluded = config["column.exclude.list"] ?? "";
  const notes: string[] = [];
  const kept = columns.filter(({ name }) => {
    if (!table.published.includes(name)) return false;
    const fullName = `${table.schema}.${table.name}.${name}`;
    const isIn = included === "" ? !isListed(excluded, fullName) : isListed(included, fullName);
    if (!isIn) return false;
    const changing = Object.keys(config).find((key) => CHANGING.test(key) && isListed(config[key], fullName));
    if (changing !== undefined) notes.push(`${name} is not compared: ${changing} changes its values`);
    return changing === undefined;
  });
  const toField = fieldNaming(config["field.name.adjustment.mode"]);
  return { columns: kept.map((column) => ({ ...column, field: toField(column.name) })), notes };
}
