import { describe, expect, it } from "vitest";

import { concurrencyFor } from "../../../../src/stages/prepare/concurrency.js";

describe("how many databases are prepared at one time", () => {
  it.each([
    ["many", 190, 16],
    ["few", 15, 5],
    ["hardly any", 6, 1],
    ["none", -3, 1],
  ])("follows from the free connections: %s", (_what, free, expected) => {
    expect(concurrencyFor(free)).toBe(expected);
  });
});
