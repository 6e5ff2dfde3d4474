import { describe, expect, it } from "vitest";

import { formatBytes, formatCount, formatDuration, formatElapsed } from "../../src/format.js";

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [-3, "0 ms"],
    [839.6, "840 ms"],
    [999.4, "999 ms"],
    [999.7, "1.0 s"],
    [1234, "1.2 s"],
    [59_940, "59.9 s"],
    [59_960, "1 min 0 s"],
    [64_400, "1 min 4 s"],
    [3_599_900, "1 h 0 min"],
    [7_500_000, "2 h 5 min"],
    [172_740_000, "47 h 59 min"],
    [172_800_000, "2 d 0 h"],
    [277_000_000, "3 d 4 h"],
  ])("shows %d ms as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it("counts whole seconds while something goes on, never ahead of time", () => {
    expect([-5, 999, 1000, 12_900, 64_999].map(formatElapsed)).toEqual([
      "0 s",
      "0 s",
      "1 s",
      "12 s",
      "1 min 4 s",
    ]);
  });
});

describe("sizes and counts", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [1024 * 1024 - 1, "1.0 MiB"],
    [16 * 1024 * 1024, "16.0 MiB"],
    [3 * 1024 ** 6, "3072.0 PiB"],
  ])("shows %d bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("sets thousands apart, also of counts beyond the safe integers", () => {
    expect(formatCount(7)).toBe("7");
    expect(formatCount(1204)).toBe("1,204");
    expect(formatCount(9_007_199_254_740_993n)).toBe("9,007,199,254,740,993");
  });
});
