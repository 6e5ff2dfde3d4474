import { describe, expect, it } from "vitest";

import { earliestMsOf, readBackups } from "../../../src/recovery/backups.js";
import { BEGIN_MS, madeUpArchive, segment } from "../../support/archive-facts.js";

describe("the backups of an archive", () => {
  it("are told from what PostgreSQL wrote of each, the oldest first", () => {
    const { usable, unusable } = readBackups(
      madeUpArchive({
        backups: [
          { id: "late", segments: [6, 6], endedAtS: 360 },
          { id: "early", segments: [2, 4], endedAtS: 240 },
        ],
        wal: { 1: [2, 3, 4, 5, 6] },
      }),
    );
    expect(unusable).toEqual([]);
    expect(usable.map(({ id }) => id)).toEqual(["early", "late"]);
    expect(usable[0]).toMatchObject({
      timeline: 1,
      startLsn: 0x2000028n,
      stopLsn: 0x4000138n,
      startedAtMs: BEGIN_MS + 235_000,
      stoppedAtMs: BEGIN_MS + 240_000,
      firstSegment: segment(2),
      lastSegment: segment(4),
      postgresMajor: 15,
    });
  });

  it("that ended in the same second are in the order of their positions", () => {
    const { usable } = readBackups(
      madeUpArchive({
        backups: [
          { id: "second", segments: [3, 3], endedAtS: 60 },
          { id: "first", segments: [2, 2], endedAtS: 60 },
        ],
        wal: { 1: [2, 3] },
      }),
    );
    expect(usable.map(({ id }) => id)).toEqual(["first", "second"]);
  });

  it("can be restored to no moment before the second after their end", () => {
    const { usable } = readBackups(
      madeUpArchive({ backups: [{ id: "one", segments: [2, 2], endedAtS: 60 }], wal: { 1: [2] } }),
    );
    expect(usable.map(earliestMsOf)).toEqual([BEGIN_MS + 61_000]);
  });

  it("without the record of their end cannot be restored, nor those whose own WAL is not all there", () => {
    const { usable, unusable } = readBackups(
      madeUpArchive({
        backups: [
          { id: "begun", segments: [2, 2], endedAtS: 60, isRecorded: false },
          { id: "torn", segments: [2, 4], endedAtS: 60 },
        ],
        wal: { 1: [2, 4] },
      }),
    );
    expect(usable).toEqual([]);
    expect(unusable.map(({ id, problem }) => [id, problem])).toEqual([
      ["begun", "the archive has no record of its end"],
      ["torn", `WAL file ${segment(3)} is not archived`],
    ]);
  });
});
