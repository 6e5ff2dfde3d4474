import type { DecodedEvent } from "./decode-event.js";
import { compareValues, NumberText, textOf } from "./where/compare-values.js";

/**
 * Whether an event's key is the one that is looked for: `column=value`, or a value alone for a key of one column and
 * for one that is a text.
 */
export function keyMatcher(wanted: string): (key: DecodedEvent["key"]) => boolean {
  const equals = wanted.indexOf("=");
  const [column, value] = [wanted.slice(0, Math.max(equals, 0)), wanted.slice(equals + 1)];
  return (key) => {
    if (key === null) return false;
    if (typeof key === "string") return key === wanted;
    if (equals > 0 && Object.hasOwn(key, column)) return isValue(key[column], value);
    const values = Object.values(key);
    return values.length === 1 && isValue(values[0], wanted);
  };
}

/** A number is written in several ways, and a null in none. */
const isValue = (value: unknown, wanted: string): boolean =>
  value !== null &&
  (textOf(value) === wanted ||
    (typeof value === "number" && compareValues(value, new NumberText(wanted)) === 0));
