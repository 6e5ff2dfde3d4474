import { describe, expect, it } from "vitest";

import { LsnClock } from "../../../src/observe/lsn-clock.js";

describe("when WAL was written", () => {
  it("is bounded by the looks on either side", () => {
    const clock = new LsnClock();
    clock.sawEnd(100n, 1_000);
    clock.sawEnd(200n, 2_000);
    clock.sawEnd(300n, 3_000);
    expect(clock.ageOf(150n, 10_000)).toEqual({ atLeastMs: 8_000, atMostMs: 9_000 });
    expect(clock.ageOf(200n, 10_000)).toEqual({ atLeastMs: 7_000, atMostMs: 8_000 });
  });

  it("has no bound beyond what was seen", () => {
    const clock = new LsnClock();
    expect(clock.ageOf(1n, 0)).toEqual({});
    clock.sawEnd(100n, 1_000);
    expect(clock.ageOf(50n, 5_000)).toEqual({ atLeastMs: 4_000 });
    expect(clock.ageOf(100n, 5_000)).toEqual({ atMostMs: 4_000 });
  });

  it("takes a full file for a lower bound alone: who knows what was written while it was closed", () => {
    const clock = new LsnClock();
    clock.sawWritten(100n, 1_000);
    clock.sawWritten(200n, 2_000);
    clock.sawEnd(250n, 3_000);
    expect(clock.ageOf(150n, 10_000)).toEqual({ atLeastMs: 8_000 });
  });

  it("forgets all where WAL went back: that is another server", () => {
    const clock = new LsnClock();
    clock.sawEnd(500n, 1_000);
    clock.sawEnd(100n, 2_000);
    expect(clock.ageOf(50n, 3_000)).toEqual({ atLeastMs: 1_000 });
  });

  it("stays true when it forgets half of what is old", () => {
    const clock = new LsnClock();
    for (let look = 0; look < 10_000; look += 1) clock.sawEnd(BigInt(look * 10), look * 1_000);
    for (const look of [0, 17, 5_000, 9_990]) {
      const { atLeastMs = 0, atMostMs = Infinity } = clock.ageOf(BigInt(look * 10 + 5), 10_000_000);
      const trueAgeMs = 10_000_000 - (look + 0.5) * 1_000;
      expect(atLeastMs).toBeLessThanOrEqual(trueAgeMs);
      expect(atMostMs).toBeGreaterThanOrEqual(trueAgeMs);
    }
  });
});
