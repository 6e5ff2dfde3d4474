import { isJsonObject } from "../../debezium-json.js";
import type { DecodedEvent } from "../decode-event.js";
import { NOT_SENT } from "../not-sent.js";

/** What an event itself tells, by the names of its JSON; a column of such a name is asked for as `after.op`. */
const OF_EVENT = ["kind", "op", "schema", "table", "topic", "partition", "offset"] as const;
const ROWS = ["before", "after", "key", "source", "value"] as const;

/**
 * What a name of an expression stands for: a field of the event, a column of `before`, `after`, `key` or `source`, and
 * else a column of the row afterwards, or of the one before where there is none.
 * @param path its parts between points; further ones go into what is an object
 */
export function fieldReader(path: readonly string[], isQuoted: boolean): (event: DecodedEvent) => unknown {
  const [first = "", ...rest] = path;
  const ofEvent = OF_EVENT.find((name) => name === first);
  if (ofEvent !== undefined && rest.length === 0 && !isQuoted) return (event) => propertyOf(event, ofEvent);
  const row = ROWS.find((name) => name === first);
  if (row !== undefined && rest.length > 0) return (event) => walk(propertyOf(event, row), rest);
  return (event) => walk(propertyOf(event, "after") ?? propertyOf(event, "before"), path);
}

const propertyOf = (event: DecodedEvent, name: string): unknown =>
  (event as unknown as Readonly<Record<string, unknown>>)[name];

function walk(row: unknown, path: readonly string[]): unknown {
  let value = row;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return null;
    value = value[name];
  }
  // What was not sent nobody knows here.
  return value === NOT_SENT ? null : value;
}
