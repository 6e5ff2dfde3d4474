import { exactPattern } from "../../stages/register/exact-pattern.js";

const PLAIN = /^\w+$/;
/** Debezium takes names for regular expressions: these would make it something else, or nothing valid. */
const SPECIAL = /[\\^$.*+?()[\]{}|]/;

/**
 * A table as a signal names it. Debezium takes the name for a pattern first, which one in quotes never matches, and then
 * for the name of a table, in which only quotes make spaces possible. Undefined where neither would do.
 */
export function collectionOf(schema: string, name: string): string | undefined {
  const parts = [schema, name].map((part) => {
    if (PLAIN.test(part)) return part;
    return SPECIAL.test(part) ? undefined : `"${part.replaceAll('"', '""')}"`;
  });
  return parts.includes(undefined) ? undefined : parts.join(".");
}

/** The pattern that a condition needs, to be for this collection alone: Debezium does not look at upper and lower case. */
export const conditionPattern = (collection: string): string => `(?-i:${exactPattern(collection)})`;
