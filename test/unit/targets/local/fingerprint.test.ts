import { describe, expect, it } from "vitest";

import { fingerprintOf } from "../../../../src/targets/local/fingerprint.js";

describe("a fingerprint", () => {
  it("is short and the same for the same parts", () => {
    expect(fingerprintOf("4.3.1", 512, "settings")).toBe(fingerprintOf("4.3.1", 512, "settings"));
    expect(fingerprintOf("4.3.1", 512, "settings")).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each([
    ["another value", ["a", 1], ["a", 2]],
    ["another order", ["a", "b"], ["b", "a"]],
    ["the same letters, split elsewhere", ["ab", "c"], ["a", "bc"]],
    ["a part less", ["a", ""], ["a"]],
    ["a number instead of its text", [512], ["512"]],
  ])("is another one for %s", (_what, one, other) => {
    expect(fingerprintOf(...one)).not.toBe(fingerprintOf(...other));
  });
});
