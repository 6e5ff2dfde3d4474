import { describe, expect, it } from "vitest";

import { growthText, isUrgent, timeLeft } from "../../../src/doctor/checks/time-left.js";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const wal = (measured: number | null, average: number | null, free: number | null) => ({
  measuredWalBytesPerSecond: measured,
  walBytesPerSecond: average,
  walFreeBytes: free,
});

describe("how long a slot may stand still", () => {
  it.each([
    ["the limit comes first", GIB, wal(MIB, null, 4 * GIB), { seconds: 1024, end: "lost" }],
    ["the disk is full before", 4 * GIB, wal(MIB, null, GIB), { seconds: 1024, end: "disk full" }],
    ["no limit, the disk alone", null, wal(MIB, null, GIB), { seconds: 1024, end: "disk full" }],
    ["no disk to be seen, the limit alone", GIB, wal(null, MIB, null), { seconds: 1024, end: "lost" }],
    ["it is over already", -5, wal(MIB, null, null), { seconds: 0, end: "lost" }],
    ["what is measured goes before the average", GIB, wal(2 * MIB, MIB, null), { seconds: 512, end: "lost" }],
    ["nothing is known of an end", null, wal(MIB, null, null), undefined],
    ["nothing is written", GIB, wal(0, MIB, GIB), undefined],
    ["nothing is known of the rate", GIB, wal(null, null, GIB), undefined],
  ] as const)("%s", (_what, safeWalBytes, facts, expected) => {
    expect(timeLeft({ safeWalBytes }, facts)).toEqual(expected);
  });

  it("is told with its rate, and where that is an average", () => {
    const slot = { safeWalBytes: GIB };
    expect(growthText(slot, wal(3 * MIB, MIB, null))).toBe("; WAL grows 3.0 MiB/s: lost in 5 min 41 s");
    expect(growthText(slot, wal(null, MIB, 2 * MIB))).toBe(
      "; WAL grows 1.0 MiB/s on average: disk full in 2.0 s",
    );
    expect(growthText({ safeWalBytes: null }, wal(MIB, null, null))).toBe("; WAL grows 1.0 MiB/s");
    expect(growthText(slot, wal(null, null, null))).toBe("");
  });

  it("is urgent below an hour", () => {
    expect(isUrgent({ safeWalBytes: GIB }, wal(MIB, null, null))).toBe(true);
    expect(isUrgent({ safeWalBytes: 4 * GIB }, wal(MIB, null, null))).toBe(false);
    expect(isUrgent({ safeWalBytes: GIB }, wal(null, null, null))).toBe(false);
  });
});
