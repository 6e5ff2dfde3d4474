import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting } from "../debezium-setting.js";

interface NamedTable {
  readonly schema: string;
  readonly name: string;
}

/**
 * Whether the connector's include and exclude lists let a table's events through. Undefined where that is
 * not known: a list from a config provider, or a pattern that only Java understands.
 */
export function capturesOf(config: ConnectorConfig): ((table: NamedTable) => boolean) | undefined {
  const lists = (
    ["table.include.list", "table.exclude.list", "schema.include.list", "schema.exclude.list"] as const
  ).map((key) => compile(debeziumSetting(config, key)));
  const [tableIn, tableOut, schemaIn, schemaOut] = lists;
  if (tableIn === undefined || tableOut === undefined || schemaIn === undefined || schemaOut === undefined) {
    return undefined;
  }
  return ({ schema, name }) => {
    const table = `${schema}.${name}`;
    const isIn = (list: readonly RegExp[], text: string) => list.some((pattern) => pattern.test(text));
    // As Debezium does: of a pair of lists the include list counts where it is there.
    const isTable = tableIn.length > 0 ? isIn(tableIn, table) : !isIn(tableOut, table);
    const isSchema = schemaIn.length > 0 ? isIn(schemaIn, schema) : !isIn(schemaOut, schema);
    return isTable && isSchema;
  };
}

/** The list's patterns, each for a whole name; a comma that belongs to a pattern is written `\,`. */
function compile(list: string | undefined): readonly RegExp[] | undefined {
  if (list === undefined) return undefined;
  const patterns = list
    .split(/(?<!\\),/)
    .map((pattern) => pattern.trim().replaceAll("\\,", ","))
    .filter((pattern) => pattern !== "");
  try {
    return patterns.map((pattern) => new RegExp(`^(?:${pattern})$`, "i"));
  } catch {
    return undefined;
  }
}
