import { existsSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { readBackups } from "../../../src/recovery/backups.js";
import { planPrune } from "../../../src/recovery/plan-prune.js";
import { readState } from "../../../src/targets/local/state.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { useSandbox } from "../../support/leaks.js";
import { RecoveryProject } from "../../support/recovery-project.js";
import { createStageRecorder } from "../../support/stage.js";

const sandbox = useSandbox();
const started: RecoveryProject[] = [];

let project: RecoveryProject;
beforeEach(async () => {
  project = await RecoveryProject.start(join(sandbox.folder, "state"));
  started.push(project);
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop();
});

/** Restores into a folder of its own. */
async function restoreInto(name: string, to: string, timeline?: number): Promise<RecoveryProject> {
  const into = join(sandbox.folder, name);
  await project.restore(to, { kind: "new", into }, timeline);
  const restored = await RecoveryProject.at(into);
  started.push(restored);
  return restored;
}

/** A backup's end is written in whole seconds: what can be restored by time begins with the next one. */
const untilBackupIsOver = () => delay(1_050);

describe("a restore to a point in time", () => {
  it("brings back exactly what was committed until then, into an instance of its own", async () => {
    await project.note("0 s");
    await project.backup();
    await untilBackupIsOver();
    await project.note("1 s");
    const { time } = await project.note("2 s");
    await project.note("3 s");
    const restored = await restoreInto("restored", time);
    expect(await restored.notes()).toEqual(["0 s", "1 s", "2 s"]);
    expect(await project.notes()).toEqual(["0 s", "1 s", "2 s", "3 s"]);
    expect(restored.port).not.toBe(project.port);
  });

  it("goes over the server itself, keeps its data aside, and can be taken back behind a second one", async () => {
    await project.backup();
    await untilBackupIsOver();
    const first = await project.note("1");
    await project.note("2");
    const once = await project.restore(first.time);
    expect(once.reached.timeline).toBe(2);
    expect(await project.notes()).toEqual(["1"]);
    expect(existsSync(once.keptAside ?? "")).toBe(true);
    await project.note("3, on the new timeline");
    const again = await project.restore("latest");
    expect(again.reached.timeline).toBe(3);
    expect(await project.notes()).toEqual(["1", "3, on the new timeline"]);
    // What the first restore undid is still on the first timeline.
    const undone = await restoreInto("undone", "latest", 1);
    expect(await undone.notes()).toEqual(["1", "2"]);
    expect(readdirSync(join(project.layout.serversDir, "postgres"))).not.toContain("data.new");
  });

  it("ends with a position too, and brings back what a killed server had not archived", async () => {
    await project.backup();
    const { lsn } = await project.note("1");
    await project.note("2");
    // In the middle of the commit: the recovery ends with the next whole record, which is not the next commit.
    const [high = "", low = ""] = lsn.split("/");
    const between = `${high}/${(parseInt(low, 16) - 1).toString(16).toUpperCase()}`;
    const restored = await restoreInto("restored", between);
    expect(await restored.notes()).toEqual(["1"]);
    await project.note("3");
    await project.stop("SIGKILL");
    await project.restore("latest");
    expect(await project.notes()).toEqual(["1", "2", "3"]);
  });
});

describe("a restore that cannot be", () => {
  it("is refused before anything is touched, with what can be restored", async () => {
    const before = readState(project.layout.stateFile);
    expect((await catchCdcError(project.restore("latest"))).code).toBe("BACKUP_MISSING");
    const backup = await project.backup();
    const early = await catchCdcError(project.restore("2020-01-01 00:00:00+00"));
    expect(early.code).toBe("RESTORE_OUT_OF_REACH");
    expect(early.message).toContain("what can be restored is from 20");
    expect((await catchCdcError(project.restore("FF/0"))).code).toBe("RESTORE_OUT_OF_REACH");
    await rm(join(project.archive, "wal", backup.lastSegment));
    expect((await catchCdcError(project.restore("latest"))).code).toBe("BACKUP_UNUSABLE");
    expect(readState(project.layout.stateFile)).toEqual(before);
  });

  it("leaves the server as it was when recovery ends too early", async () => {
    await project.backup();
    await untilBackupIsOver();
    const { time } = await project.note("1");
    // Down, it can write no later commit by which recovery would know that the time has passed.
    await project.stop();
    const failed = await catchCdcError(project.restore(time));
    expect(failed.code).toBe("RESTORE_FAILED");
    expect(failed.message).toContain("recovery ended before configured recovery target was reached");
    await project.up();
    expect(await project.notes()).toEqual(["1"]);
  });
});

describe("a backup", () => {
  it("fails with the archiver's words where WAL cannot be archived, and nothing of it stays", async () => {
    // Another server's files by the same names: the archive refuses to replace them.
    const [current] = await project.query<{ file: string }>(
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS file",
    );
    const number = parseInt(current?.file.slice(16) ?? "", 16);
    const names = [0, 1, 2, 3].map(
      (step) => "0000000100000000" + (number + step).toString(16).toUpperCase().padStart(8, "0"),
    );
    for (const name of names) await writeFile(join(project.archive, "wal", name), "somebody else's");
    const failed = await catchCdcError(project.backup());
    expect(failed.code).toBe("WAL_NOT_ARCHIVED");
    expect(failed.message).toContain("the archiver failed last for");
    expect(readdirSync(join(project.archive, "backups"))).toEqual([]);
  });

  it("that is interrupted is not listed, and the next one works", async () => {
    project.recorder.abort();
    await expect(project.backup()).rejects.toThrow();
    expect(readdirSync(join(project.archive, "backups"))).toEqual([]);
    project.recorder = createStageRecorder();
    await project.backup();
    expect(readBackups(await project.recovery.readArchive(project.recorder.context)).usable).toHaveLength(1);
  });

  it("goes when it is pruned, with the WAL that only it needed", async () => {
    const first = await project.backup();
    const second = await project.backup();
    const plan = planPrune(
      await project.recovery.readArchive(project.recorder.context),
      { keep: 1 },
      Date.now(),
    );
    await project.recovery.prune(plan, project.recorder.context);
    expect(readdirSync(join(project.archive, "backups"))).toEqual([second.id]);
    const wal = readdirSync(join(project.archive, "wal"));
    expect(wal).not.toContain(first.firstSegment);
    expect(wal).toContain(second.firstSegment);
    const restored = await restoreInto("restored", "latest");
    expect(await restored.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});
