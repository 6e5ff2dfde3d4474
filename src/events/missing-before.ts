import { quoteIdentifier } from "../clients/postgres.js";
import type { DecodedEvent } from "./decode-event.js";

/**
 * Looks for updates without the row before, for an expression that asks for it: it is true for none of them.
 * @returns what to tell of an event; undefined where there is nothing, or the table was told of
 */
export function missingBefore(): (event: DecodedEvent) => string | undefined {
  const told = new Set<string>();
  return (event) => {
    if (event.kind !== "change" || event.before !== null || event.op !== "u") return undefined;
    const { schema, table, isFlattened } = event;
    const label = schema === "" ? table : `${schema}.${table}`;
    if (told.has(label)) return undefined;
    told.add(label);
    const what = `updates of ${label} come without the row before, so nothing is known of before.… there`;
    if (isFlattened) return `${what}: ExtractNewRecordState leaves only the row after`;
    const name = [schema, table].map(quoteIdentifier).join(".");
    return `${what}; from now on: ALTER TABLE ${name} REPLICA IDENTITY FULL`;
  };
}
