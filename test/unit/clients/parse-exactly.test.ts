import { describe, expect, it } from "vitest";

import { parseExactly } from "../../../src/clients/parse-exactly.js";

describe("JSON with numbers that JavaScript would round", () => {
  it.each([
    ['{"lsn":9223372036854775807,"n":1}', { lsn: "9223372036854775807", n: 1 }],
    ["[-9223372036854775808,123456789012345]", ["-9223372036854775808", 123_456_789_012_345]],
    ["[9007199254740991,9007199254740992]", [9_007_199_254_740_991, "9007199254740992"]],
    ['{"1234567890123456":"a \\" 1234567890123456"}', { "1234567890123456": 'a " 1234567890123456' }],
    ["[1234567890123456.5, 1234567890123456e2]", [1234567890123456.5, 1234567890123456e2]],
  ])("keeps whole ones as text, and leaves the rest alone: %s", (json, expected) => {
    expect(parseExactly(json)).toEqual(expected);
  });

  it("comes back as it is where it is no JSON", () => {
    expect(parseExactly("<html>")).toBe("<html>");
    expect(parseExactly(undefined)).toBeUndefined();
  });
});
