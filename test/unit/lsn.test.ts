import { describe, expect, it } from "vitest";

import { formatLsn, parseLsn } from "../../src/lsn.js";

describe("an LSN", () => {
  it.each([
    ["0/0", 0n],
    ["0/20574F8", 33_912_056n],
    ["16/B374D848", 97_500_059_720n],
    ["FFFFFFFF/FFFFFFFF", 2n ** 64n - 1n],
  ])("%s is the number %s, and back", (text, lsn) => {
    expect(parseLsn(text)).toBe(lsn);
    expect(formatLsn(lsn)).toBe(text);
  });
});
