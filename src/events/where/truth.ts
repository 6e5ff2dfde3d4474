import type { DecodedEvent } from "../decode-event.js";
import { compareValues } from "./compare-values.js";

/** True, false, or null where it is not known, as in SQL: a value is null, or was not sent. */
type Truth = boolean | null;
export type Test = (event: DecodedEvent) => Truth;
export type Term = (event: DecodedEvent) => unknown;

export const never: Test = () => false;

export const constant =
  (value: unknown): Term =>
  () =>
    value;

export const not =
  (test: Test): Test =>
  (event) => {
    const truth = test(event);
    return truth === null ? null : !truth;
  };

export const anyOf =
  (tests: readonly Test[]): Test =>
  (event) => {
    let truth: Truth = false;
    for (const test of tests) {
      const one = test(event);
      if (one === true) return true;
      if (one === null) truth = null;
    }
    return truth;
  };

export const compared =
  (one: Term, other: Term, isWanted: (order: number) => boolean): Test =>
  (event) => {
    const order = compareValues(one(event), other(event));
    return order === null ? null : isWanted(order);
  };

/** A value that stands alone: PostgreSQL's `boolean`, or the text that a transform has made of it. */
export function truthOf(value: unknown): Truth {
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : null;
}
