import { describe, expect, it } from "vitest";

import { segmentBytesOf } from "../../../src/recovery/archive-facts.js";
import {
  DEFAULT_SEGMENT_BYTES,
  parseSegment,
  segmentName,
  segmentOf,
  startOf,
  timelineFile,
} from "../../../src/recovery/wal-segment.js";

const MIB = 1024 * 1024;

describe("the name of a WAL file", () => {
  it.each([
    ["000000010000000000000001", 1, 1, 16],
    ["0000000200000001000000D7", 2, 256 + 0xd7, 16],
    ["00000001000000010000000F", 1, 64 + 15, 64],
    ["0000000A00000000000003FF", 10, 1_023, 1],
  ])("%s is timeline %i, segment %i of %i MiB", (name, timeline, number, size) => {
    expect(parseSegment(name, size * MIB)).toEqual({ timeline, number });
    expect(segmentName({ timeline, number }, size * MIB)).toBe(name);
  });

  it.each([
    "00000002.history",
    "000000010000000000000003.partial",
    "000000010000000000000002.00000028.backup",
    ".000000010000000000000002.tmp",
    "",
  ])("is not %j", (name) => {
    expect(parseSegment(name, DEFAULT_SEGMENT_BYTES)).toBeUndefined();
  });

  it("follows from a position, and the first position from its number", () => {
    expect(segmentOf(0x1_d700_0028n, DEFAULT_SEGMENT_BYTES)).toBe(0x1d7);
    expect(startOf(0x1d7, DEFAULT_SEGMENT_BYTES)).toBe(0x1_d700_0000n);
    expect(timelineFile(26)).toBe("0000001A.history");
  });
});

describe("the size of the segments", () => {
  it("is that of a whole one in the archive, else the usual one", () => {
    const file = (name: string, sizeBytes: number) => ({ name, sizeBytes, archivedAtMs: 0 });
    const wal = [file("00000002.history", 40), file("000000010000000000000001", 64 * MIB)];
    expect(segmentBytesOf({ wal })).toBe(64 * MIB);
    expect(segmentBytesOf({ wal: [] })).toBe(16 * MIB);
  });
});
