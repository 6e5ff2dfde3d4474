import { describe, expect, it } from "vitest";

import { backoffAfter, restartLimit } from "../../../../src/connectors/watch/watch-policy.js";

describe("the pause before the next restart", () => {
  it("is doubled each time, up to the longest", () => {
    const policy = { backoffMs: 10_000, longestBackoffMs: 60_000 };
    expect([0, 1, 2, 3, 4, 5, 2000].map((restarts) => backoffAfter(restarts, policy))).toEqual([
      0, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });
});

describe("the limit of restarts", () => {
  it.each([
    ["lasting", undefined, 0],
    ["lasting", 5, 0],
    ["passing", undefined, Number.POSITIVE_INFINITY],
    ["passing", 5, 5],
    ["passing", 0, 0],
    ["unknown", undefined, 10],
    ["unknown", 3, 3],
  ] as const)("of a %s cause, with --max-restarts %s, is %s", (failure, maxRestarts, limit) => {
    expect(restartLimit(failure, { maxRestarts })).toBe(limit);
  });
});
