import { describe, expect, it } from "vitest";

import { isOlder } from "../../../src/doctor/is-older.js";

describe("one version against another", () => {
  it.each([
    ["3.6.2.Final", "3.7", true],
    ["3.7.0.Final", "3.7", false],
    ["3.7", "3.7", false],
    ["3.10.0", "3.7", false],
    ["2.7.4.Final", "3.7", true],
    ["3", "3.6", true],
    ["4.0.0-ccs", "3.6", false],
    ["unknown", "3.6", false],
  ])("%s is older than %s: %s", (version, than, expected) => {
    expect(isOlder(version, than)).toBe(expected);
  });
});
