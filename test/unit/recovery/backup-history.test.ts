import { describe, expect, it } from "vitest";

import { parseBackupHistory } from "../../../src/recovery/backup-history.js";

const TEXT = `START WAL LOCATION: 1/D7000028 (file 0000000200000001000000D7)
STOP WAL LOCATION: 1/D7000138 (file 0000000200000001000000D7)
CHECKPOINT LOCATION: 1/D7000060
BACKUP METHOD: streamed
BACKUP FROM: primary
START TIME: 2026-11-23 09:59:58 UTC
LABEL: 20261123T095958.120Z
START TIMELINE: 2
STOP TIME: 2026-11-23 10:00:00 UTC
STOP TIMELINE: 2
`;

describe("PostgreSQL's record of a backup", () => {
  it("has its label, where it begins and ends, and when", () => {
    expect(parseBackupHistory(TEXT)).toEqual({
      label: "20261123T095958.120Z",
      timeline: 2,
      startLsn: 0x1_d700_0028n,
      stopLsn: 0x1_d700_0138n,
      startedAtMs: Date.parse("2026-11-23T09:59:58Z"),
      stoppedAtMs: Date.parse("2026-11-23T10:00:00Z"),
    });
  });

  it.each(["START WAL LOCATION", "STOP WAL LOCATION", "LABEL", "START TIMELINE", "STOP TIME"])(
    "is none without %s",
    (name) => {
      const lines = TEXT.split("\n").filter((line) => !line.startsWith(name));
      expect(parseBackupHistory(lines.join("\n"))).toBeUndefined();
    },
  );

  it("is none where it is half a file, or another one", () => {
    expect(parseBackupHistory(TEXT.slice(0, 100))).toBeUndefined();
    expect(parseBackupHistory("1\t0/3000000\tbefore 2026-11-23 10:00:00+00\n")).toBeUndefined();
    expect(parseBackupHistory("")).toBeUndefined();
  });
});
