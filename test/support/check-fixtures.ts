import { it } from "vitest";

type Fixture = () => void | Promise<void>;

/* A unit test reads the sources of the fixtures: every check has a call of each of these with its code. */

/** A test in which a check of doctor finds something wrong. */
export const trips = (code: string, title: string, fixture: Fixture): void =>
  it(`${code}: ${title}`, fixture);

/** A test in which the same check finds nothing wrong. */
export const passes = (code: string, title: string, fixture: Fixture): void =>
  it(`${code}: ${title}`, fixture);
