import { describe, expect, it } from "vitest";

import { planRestore } from "../../../src/recovery/plan-restore.js";
import { restoreWindows } from "../../../src/recovery/reach.js";
import type { RestoreTarget } from "../../../src/recovery/restore-target.js";
import { BEGIN_MS, madeUpArchive, segment } from "../../support/archive-facts.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const latest = { kind: "latest" } as const;
const atLsn = (lsn: bigint): RestoreTarget => ({ kind: "lsn", lsn, text: "the position" });
const afterS = (seconds: number): RestoreTarget => ({
  kind: "time",
  ms: BEGIN_MS + seconds * 1_000,
  text: "the moment",
});

const early = { id: "early", segments: [2, 2], endedAtS: 120 } as const;
const late = { id: "late", segments: [5, 5], endedAtS: 300 } as const;
const whole = madeUpArchive({ backups: [early, late], wal: { 1: [2, 3, 4, 5, 6] } });
const torn = madeUpArchive({ backups: [early, late], wal: { 1: [2, 3, 5, 6] } });
/** A restore to a moment in segment 4 began timeline 2, one behind it in segment 3 timeline 3. */
const restored = madeUpArchive({
  backups: [early, late],
  wal: { 1: [2, 3, 4, 5, 6], 2: [4, 5], 3: [3, 4, 5] },
  histories: { 2: "1\t0/4000500\tbefore 2026-11-23\n", 3: "1\t0/3000500\tafter LSN 0/3000400\n" },
});

const plan = (
  facts: typeof whole,
  target: RestoreTarget,
  more: { timeline?: number; currentTimeline?: number } = {},
) => planRestore(facts, { target, postgresMajor: 15, ...more });
const refused = (facts: typeof whole, target: RestoreTarget, more = {}) =>
  catchCdcError(Promise.resolve().then(() => plan(facts, target, more)));

describe("the plan of a restore", () => {
  it("begins with the newest backup that comes before the target", () => {
    expect(plan(whole, latest).backup.id).toBe("late");
    expect(plan(whole, afterS(301)).backup.id).toBe("late");
    expect(plan(whole, afterS(300)).backup.id).toBe("early");
    expect(plan(whole, atLsn(0x5000137n)).backup.id).toBe("early");
    expect(plan(whole, atLsn(0x5000138n)).backup.id).toBe("late");
  });

  it("knows where the WAL ends, and where its last file begins", () => {
    expect(plan(whole, latest)).toMatchObject({
      timeline: 1,
      endLsn: 0x7000000n,
      lastSegmentLsn: 0x6000000n,
    });
  });

  it("is refused for what was before the first backup, and for what is behind the last WAL", async () => {
    for (const target of [afterS(120), afterS(361), atLsn(0x2000000n), atLsn(0x7000001n)]) {
      const error = await refused(whole, target);
      expect(error.code).toBe("RESTORE_OUT_OF_REACH");
      expect(error.message).toContain(
        "what can be restored is from 2026-11-23 10:02:01+00 to 2026-11-23 10:06:00+00 (0/2000138 to 0/7000000, timeline 1)",
      );
      expect(error.details?.windows).toHaveLength(1);
    }
  });

  it("is refused where there is no backup, or only what is none", async () => {
    expect((await refused(madeUpArchive({ wal: { 1: [1, 2] } }), latest)).code).toBe("BACKUP_MISSING");
    const begun = madeUpArchive({ backups: [{ ...early, isRecorded: false }], wal: { 1: [2] } });
    const error = await refused(begun, latest);
    expect(error.code).toBe("BACKUP_UNUSABLE");
    expect(error.message).toContain("backup early cannot be restored");
  });

  it("is refused for another major version", async () => {
    const facts = madeUpArchive({ backups: [{ ...early, major: 14 }], wal: { 1: [2] } });
    expect((await refused(facts, latest)).message).toContain(
      "is of PostgreSQL 14, and this is PostgreSQL 15",
    );
  });
});

describe("a gap in the archive", () => {
  it("ends what an earlier backup leads to, and is no matter to a later one", async () => {
    expect(plan(torn, atLsn(0x3ffffffn)).backup.id).toBe("early");
    expect(plan(torn, latest).backup.id).toBe("late");
    const error = await refused(torn, atLsn(0x4000001n));
    expect(error.message).toContain(`WAL file ${segment(4)} is missing in the archive`);
    expect(restoreWindows(torn).map(({ fromLsn, toLsn }) => [fromLsn, toLsn])).toEqual([
      [0x2000138n, 0x4000000n],
      [0x5000138n, 0x7000000n],
    ]);
  });

  it("is no end of the WAL for a restore to the latest change", async () => {
    const facts = madeUpArchive({ backups: [early], wal: { 1: [2, 3, 5] } });
    expect((await refused(facts, latest)).message).toContain(`WAL file ${segment(4)} is missing`);
  });
});

describe("timelines", () => {
  it("go from a backup on the first one over to the one that was begun there", () => {
    expect(plan(restored, latest, { timeline: 2 })).toMatchObject({
      timeline: 2,
      backup: { id: "early" },
      endLsn: 0x6000000n,
    });
    expect(plan(restored, latest, { timeline: 1 })).toMatchObject({
      backup: { id: "late" },
      endLsn: 0x7000000n,
    });
  });

  it("are the running server's unless another is asked for, else the newest", () => {
    expect(plan(restored, latest).timeline).toBe(3);
    expect(plan(restored, latest, { currentTimeline: 2 }).timeline).toBe(2);
    expect(plan(restored, latest, { currentTimeline: 1 }).backup.id).toBe("late");
    expect(plan(restored, latest, { timeline: 1, currentTimeline: 2 }).timeline).toBe(1);
    // Nothing of it is archived yet.
    expect(plan(restored, latest, { currentTimeline: 4 }).timeline).toBe(3);
  });

  it("that the archive does not have are refused with those that it has", async () => {
    const error = await refused(restored, latest, { timeline: 7 });
    expect(error.code).toBe("RESTORE_OUT_OF_REACH");
    expect(error.hint).toBe("it has: 1, 2, 3");
  });

  it("have each a stretch of their own that can be restored", () => {
    expect(restoreWindows(restored).map(({ timeline, toLsn }) => [timeline, toLsn])).toEqual([
      [1, 0x7000000n],
      [2, 0x6000000n],
      [3, 0x6000000n],
    ]);
  });

  it("without their first file lead nowhere behind the place where they begin", () => {
    const facts = madeUpArchive({
      backups: [early],
      wal: { 1: [2, 3, 4], 2: [5] },
      histories: { 2: "1\t0/4000500\tbefore 2026-11-23\n" },
    });
    expect(plan(facts, atLsn(0x3000000n), { timeline: 2 }).endLsn).toBe(0x4000000n);
  });
});
