import { describe, expect, it } from "vitest";

import type { RestorePlan } from "../../../../src/recovery/plan-restore.js";
import type { RestoreTarget } from "../../../../src/recovery/restore-target.js";
import { ARCHIVE } from "../../../../src/targets/container-recovery/archive-shell.js";
import {
  draftArguments,
  readDraftLog,
  SOURCE_ARCHIVE,
} from "../../../../src/targets/container-recovery/draft-script.js";

const planTo = (target: RestoreTarget): RestorePlan => ({
  target,
  timeline: 2,
  backup: {
    id: "20261125T100000.000Z",
    label: "20261125T100000.000Z",
    sizeBytes: 1,
    postgresMajor: 15,
    timeline: 1,
    startLsn: 1n,
    stopLsn: 2n,
    startedAtMs: 0,
    stoppedAtMs: 1,
    firstSegment: "000000010000000000000001",
    lastSegment: "000000010000000000000001",
  },
  endLsn: 3n,
  lastSegmentLsn: 2n,
});

const request = {
  plan: planTo({ kind: "latest" }),
  archive: ARCHIVE,
  dataRoot: "/var/lib/postgresql/data",
  takesUnarchivedWal: true,
  command: ["postgres", "-cwal_level=logical"],
  waitSeconds: "60",
} as const;

describe("how a draft recovers", () => {
  it("is the server's own command, beside its data, with all of recovery on the command line", () => {
    const target = { kind: "time", ms: 0, text: "2026-11-25 10:00:00.5+00" } as const;
    expect(draftArguments({ ...request, archive: SOURCE_ARCHIVE, plan: planTo(target) })).toEqual([
      "60",
      "20261125T100000.000Z",
      "/source-archive",
      "/var/lib/postgresql/data",
      "no",
      "postgres",
      "-cwal_level=logical",
      ...["-D", "/var/lib/postgresql/data/pgdata.new"],
      "-c",
      `restore_command=if [ -e "/source-archive/wal/%f" ]; then cp "/source-archive/wal/%f" "%p" || exit 200; else exit 1; fi`,
      ...["-c", "recovery_target_timeline=2"],
      ...["-c", "recovery_target_time=2026-11-25 10:00:00.5+00"],
      ...["-c", "recovery_target_action=promote"],
      ...["-c", "hot_standby=on"],
      // A timeline that comes to nothing is not to be found in the archive.
      ...["-c", "archive_command="],
    ]);
  });

  it("takes along what was not archived only to the latest change, and only in place", () => {
    const unarchived = (args: string[]) => args[4];
    expect(unarchived(draftArguments(request))).toBe("yes");
    expect(unarchived(draftArguments({ ...request, takesUnarchivedWal: false }))).toBe("no");
    const lsn = planTo({ kind: "lsn", lsn: 3n, text: "0/3" });
    expect(unarchived(draftArguments({ ...request, plan: lsn }))).toBe("no");
  });
});

describe("the log of a draft", () => {
  it("tells what it waits for, and when recovery begins", () => {
    expect(readDraftLog("")).toEqual({ isExtracted: false, said: undefined });
    const waiting = "cdc-pipeline: waiting for another run that works on the archive";
    expect(readDraftLog(waiting)).toEqual({
      isExtracted: false,
      said: "waiting for another run that works on the archive",
    });
    const log = [waiting, "cdc-pipeline: the backup is extracted", "LOG:  starting PostgreSQL"].join("\n");
    expect(readDraftLog(log).isExtracted).toBe(true);
  });
});
