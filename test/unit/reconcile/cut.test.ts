import { describe, expect, test } from "vitest";

import { readingSpan } from "../../../src/reconcile/cut/reading-span.js";
import { lowBits, parseSnapshot } from "../../../src/reconcile/cut/snapshot.js";
import { progressText } from "../../../src/reconcile/progress-text.js";

test("a snapshot's transactions have the 32 bits that events have", () => {
  expect(parseSnapshot("4294967290:4294967300:4294967290,4294967299")).toEqual({
    oldestRunning: 4_294_967_290,
    next: 4,
    running: [4_294_967_290, 3],
  });
  expect(parseSnapshot("790:790:").running).toEqual([]);
  expect(lowBits("18446744073709551615")).toBe(0xffff_ffff);
});

describe("what of a topic is read", () => {
  const low = new Map([
    [0, 0],
    [1, 700],
  ]);
  const span = (options: Parameters<typeof readingSpan>[1]) => {
    const { from, cutOff } = readingSpan({ low, high: low }, options);
    return { from: [...from], cutOff: [...cutOff] };
  };

  test("all that is kept; what retention took is missing", () => {
    expect(span({ hasWhole: true })).toEqual({
      from: [
        [0, 0],
        [1, 700],
      ],
      cutOff: [[1, 700]],
    });
  });

  test("from a time on, as if the rest were cut off; never before what is kept", () => {
    const since = new Map([
      [0, 40],
      [1, 600],
    ]);
    expect(span({ since, hasWhole: true })).toEqual({
      from: [
        [0, 40],
        [1, 700],
      ],
      cutOff: [
        [0, 40],
        [1, 700],
      ],
    });
  });

  test("without a snapshot something is missing before the first event too", () => {
    expect(span({ hasWhole: false }).cutOff).toEqual([
      [0, 0],
      [1, 700],
    ]);
  });
});

test.each([
  [0, 9_000, 500, "0 of 9,000 rows"],
  [3_000, 9_000, 3_000, "3,000 of 9,000 rows, 1,000/s, 6 s left"],
  [9_500, 9_000, 4_750, "9,500 rows, 2,000/s"],
])("progress: %d of %d after %d ms", (done, all, elapsedMs, expected) => {
  expect(progressText(done, all, "rows", elapsedMs)).toBe(expected);
});
