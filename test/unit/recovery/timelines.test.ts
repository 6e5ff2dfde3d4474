import { describe, expect, it } from "vitest";

import { timelinePath, timelinesOf } from "../../../src/recovery/timelines.js";
import { madeUpArchive } from "../../support/archive-facts.js";

const THIRD = "1\t0/3000500\tbefore 2026-11-23 10:00:00+00\n\n2\t0/5000100\tno recovery target specified\n";
const facts = madeUpArchive({ wal: { 1: [1, 2, 3], 2: [3, 4, 5] }, histories: { 3: THIRD } });

describe("the timelines of an archive", () => {
  it("are known by their WAL, and by the file that tells the way to them", () => {
    expect(timelinesOf(facts)).toEqual([1, 2, 3]);
    expect(timelinesOf(madeUpArchive({ wal: {} }))).toEqual([]);
  });

  it("tell where each leaves the one before it", () => {
    expect(timelinePath(facts, 3)).toEqual([
      { timeline: 1, endLsn: 0x3000500n },
      { timeline: 2, endLsn: 0x5000100n },
      { timeline: 3 },
    ]);
    expect(timelinePath(facts, 1)).toEqual([{ timeline: 1 }]);
  });
});
