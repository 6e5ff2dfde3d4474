import { describe, expect, it } from "vitest";

import { planPrune } from "../../../src/recovery/plan-prune.js";
import { BEGIN_MS, madeUpArchive, segment } from "../../support/archive-facts.js";

const [one, two, three] = [
  { id: "1", segments: [2, 2], endedAtS: 120 },
  { id: "2", segments: [4, 4], endedAtS: 240 },
  { id: "3", segments: [6, 6], endedAtS: 360 },
] as const;
const wal = { 1: [1, 2, 3, 4, 5, 6, 7] };
const facts = madeUpArchive({ backups: [one, two, three], wal });
const NOW = BEGIN_MS + 400_000;

describe("what a retention lets go of", () => {
  it("are all but the newest, with the WAL from before the oldest that stays", () => {
    const plan = planPrune(facts, { keep: 2 }, NOW);
    expect(plan.backups).toEqual(["1"]);
    expect(plan.kept).toEqual(["2", "3"]);
    expect(plan.wal).toEqual([segment(1), segment(2), `${segment(2)}.00000028.backup`, segment(3)]);
  });

  it("counts what it frees", () => {
    expect(planPrune(facts, { keep: 9 }, NOW).freedBytes).toBe(16 * 1024 * 1024);
    const { freedBytes, wal: names } = planPrune(facts, { keep: 1 }, NOW);
    const sizes = new Map(facts.wal.map(({ name, sizeBytes }) => [name, sizeBytes]));
    expect(freedBytes).toBe(2_000 + names.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0));
  });

  it("are those that are older, by the end of each", () => {
    expect(planPrune(facts, { olderThanMs: 279_999 }, NOW).backups).toEqual(["1"]);
    expect(planPrune(facts, { olderThanMs: 280_000 }, NOW).backups).toEqual([]);
  });

  it("are only what is both too many and too old, where both are given", () => {
    expect(planPrune(facts, { keep: 1, olderThanMs: 200_000 }, NOW).backups).toEqual(["1"]);
    expect(planPrune(facts, { keep: 3, olderThanMs: 1 }, NOW).backups).toEqual([]);
  });

  it("is never the newest backup that can be restored, however old it is", () => {
    expect(planPrune(facts, { olderThanMs: 1 }, NOW + 1e12).kept).toEqual(["3"]);
    const torn = madeUpArchive({ backups: [one, two, { ...three, segments: [6, 8] }], wal });
    const plan = planPrune(torn, { keep: 1 }, NOW);
    expect(plan.kept).toEqual(["2"]);
    // What cannot be restored goes, once there is one that can.
    expect(plan.backups).toEqual(["1", "3"]);
  });

  it("is nothing where nothing can be restored: the WAL may be all there is", () => {
    const torn = madeUpArchive({ backups: [{ ...one, isRecorded: false }], wal });
    expect(planPrune(torn, { keep: 1 }, NOW)).toEqual({ backups: [], kept: [], wal: [], freedBytes: 0 });
  });

  it("is WAL of any timeline, and never the way from one to another", () => {
    const histories = { 2: "1\t0/5000500\tbefore 2026-11-23\n" };
    const two = { id: "4", timeline: 2, segments: [7, 7], endedAtS: 390 } as const;
    const later = madeUpArchive({
      backups: [one, two],
      wal: { 1: [2, 3, 4, 5, 6], 2: [5, 6, 7] },
      histories,
    });
    const plan = planPrune(later, { keep: 1 }, NOW);
    expect(plan.wal).toContain(segment(5, 2));
    expect(plan.wal).toContain(segment(6, 1));
    expect(plan.wal).not.toContain("00000002.history");
    expect(plan.wal).not.toContain(segment(7, 2));
  });

  it("is never the newest backup that leads to where a restore went, though newer ones were left behind", () => {
    const left = madeUpArchive({
      backups: [one, two, three],
      wal: { 1: [2, 3, 4, 5, 6, 7], 2: [5, 6] },
      histories: { 2: "1\t0/5000500\tbefore 2026-11-23\n" },
    });
    const plan = planPrune(left, { keep: 1 }, NOW);
    expect(plan.backups).toEqual(["1"]);
    expect(plan.kept).toEqual(["2", "3"]);
    expect(plan.wal).not.toContain(segment(4));
  });
});
