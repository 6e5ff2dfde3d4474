import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { capturesOf } from "../../doctor/topics/captured-tables.js";
import { OWN_SCHEMA } from "../../stages/own-objects.js";
import type { PublishedTable } from "./read-published-tables.js";

export interface Choice {
  /** All that the connector captures, the program's own among them. */
  readonly captured: readonly PublishedTable[];
  /** Those of them that are asked for. */
  readonly tables: readonly PublishedTable[];
  /** Names that none of the captured tables has, and of those that are published but left out, why. */
  readonly missing: readonly { readonly wanted: string; readonly why?: string }[];
}

/**
 * The captured tables that are asked for; without names all but the program's own.
 * @param wanted `schema.table`, or a table's name in any schema
 */
export function chooseTables(
  published: readonly PublishedTable[],
  config: ConnectorConfig,
  wanted: readonly string[] = [],
): Choice {
  // A list that cannot be read here lets all through: what has no events then is told of.
  const captures = capturesOf(config) ?? (() => true);
  const captured = published.filter(captures);
  if (wanted.length === 0) {
    return { captured, tables: captured.filter(({ schema }) => schema !== OWN_SCHEMA), missing: [] };
  }
  const tables = captured.filter((table) => wanted.some((name) => isCalled(table, name)));
  const missing = wanted
    .filter((name) => !captured.some((table) => isCalled(table, name)))
    .map((name) => {
      const isListed = published.some((table) => isCalled(table, name));
      const why = "the connector's lists (table.include.list, …) leave it out";
      return { wanted: name, ...(isListed ? { why } : {}) };
    });
  return { captured, tables, missing };
}

export const isCalled = (
  { schema, name }: { readonly schema: string; readonly name: string },
  wanted: string,
): boolean => name === wanted || `${schema}.${name}` === wanted;
