import { readdirSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { catchCdcError } from "../../support/catch-cdc-error.js";
import { makeSandbox, removeSandbox } from "../../support/leaks.js";
import { fullDiskDuring, limitFileSize } from "../../support/limit-file-size.js";
import { RecoveryProject } from "../../support/recovery-project.js";
import { createStageRecorder } from "../../support/stage.js";

let folder: string;
let project: RecoveryProject;

beforeAll(async () => {
  folder = await makeSandbox();
  project = await RecoveryProject.start(join(folder, "state"));
  await project.note("1");
  await project.backup();
  await project.note("2");
});
afterEach(() => {
  limitFileSize("unlimited");
  project.recorder = createStageRecorder();
});
afterAll(async () => {
  await project.stop();
  await removeSandbox(folder);
});

const backups = (): string[] => readdirSync(join(project.archive, "backups"));
const serverFiles = (): string[] => readdirSync(join(project.layout.serversDir, "postgres"));

describe("a disk that is full", () => {
  it("while a backup is taken fails that one, of which nothing stays, and no other", async () => {
    const before = backups();
    project.recorder = createStageRecorder({ onEvent: fullDiskDuring(/^base backup/, 65_536) });
    const failed = await catchCdcError(project.backup());
    expect(failed.code).toBe("BACKUP_FAILED");
    expect(failed.message).toContain("the backup could not be written: EFBIG");
    expect(backups()).toEqual(before);
    project.recorder = createStageRecorder();
    const { id } = await project.backup();
    expect(backups()).toEqual([...before, id]);
  });

  it("while a backup is copied back fails the restore, and the server from before goes on", async () => {
    project.recorder = createStageRecorder({ onEvent: fullDiskDuring(/^copy of backup/, 65_536) });
    const failed = await catchCdcError(project.restore("latest"));
    expect(failed.code).toBe("RESTORE_FAILED");
    expect(failed.message).toContain("the backup could not be copied: EFBIG");
    expect(await project.notes()).toEqual(["1", "2"]);
    expect(serverFiles().sort()).toEqual(["archive", "data"]);
  });

  it("while a copied backup recovers is no end of the WAL: the restore fails, and nothing stays of it", async () => {
    // Enough for all files but those of WAL.
    const onEvent = fullDiskDuring(/^recovery$/, 4_194_304);
    project.recorder = createStageRecorder({ onEvent });
    const failed = await catchCdcError(project.restore("latest"));
    expect(failed.code).toBe("RESTORE_FAILED");
    expect(failed.message).toContain("could not restore file");
    expect(await project.notes()).toEqual(["1", "2"]);
    const into = join(folder, "restored");
    project.recorder = createStageRecorder({ onEvent });
    const again = await catchCdcError(project.restore("latest", { kind: "new", into }));
    expect(again.code).toBe("RESTORE_FAILED");
    expect(readdirSync(folder)).toEqual(["state"]);
    expect(serverFiles().sort()).toEqual(["archive", "data"]);
  });

  it("under the archive is what a backup says, in the words of the system", async () => {
    const [current] = await project.query<{ file: string }>(
      "SELECT pg_walfile_name(pg_current_wal_lsn()) AS file",
    );
    const number = parseInt(current?.file.slice(16) ?? "", 16);
    for (const step of [0, 1, 2, 3]) {
      const low = (number + step).toString(16).toUpperCase().padStart(8, "0");
      const draft = `.${current?.file.slice(0, 16) ?? ""}${low}.tmp`;
      await symlink("/dev/full", join(project.archive, "wal", draft));
    }
    const before = backups();
    const failed = await catchCdcError(project.backup());
    expect(failed.code).toBe("WAL_NOT_ARCHIVED");
    expect(failed.message).toMatch(/the archiver failed last for .*No space left on device/);
    // From now on it is known before anything is copied.
    const again = await catchCdcError(project.backup());
    expect(again.message).toMatch(/the WAL archive takes nothing: .*No space left on device/);
    expect(backups()).toEqual(before);
  });
});
