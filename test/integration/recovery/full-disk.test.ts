import { readdirSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { withPostgres } from "../../../src/clients/postgres.js";
import { readArchiveHealth } from "../../../src/recovery/archive-health.js";
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
    const drafts = await leadDraftsTo("/dev/full");
    const before = backups();
    const failed = await catchCdcError(project.backup());
    expect(failed.code).toBe("WAL_NOT_ARCHIVED");
    expect(failed.message).toMatch(/the archiver failed last for .*No space left on device/);
    // From now on it is known before anything is copied.
    project.recorder = createStageRecorder();
    const again = await catchCdcError(project.backup());
    expect(again.message).toMatch(/the archiver failed last for .*No space left on device/);
    expect(project.recorder.summary()).toEqual(["WAL archive: failed"]);
    expect(backups()).toEqual(before);
    // Mended, the next one works at once, though the archiver takes a rest.
    for (const draft of drafts) await rm(draft);
    const { id } = await project.backup();
    expect(backups()).toEqual([...before, id]);
  });
});

/** What the archiver writes the next segments to leads elsewhere. @returns the links */
async function leadDraftsTo(target: string): Promise<string[]> {
  const [current] = await project.query<{ file: string }>(
    "SELECT pg_walfile_name(pg_current_wal_lsn()) AS file",
  );
  const number = parseInt(current?.file.slice(16) ?? "", 16);
  const drafts = [0, 1, 2, 3, 4, 5].map((step) => {
    const low = (number + step).toString(16).toUpperCase().padStart(8, "0");
    return join(project.archive, "wal", `.${current?.file.slice(0, 16) ?? ""}${low}.tmp`);
  });
  for (const draft of drafts) await symlink(target, draft);
  return drafts;
}

describe("an archive that cannot be written to", () => {
  it("is what a backup says, with the reason, and what status counts", async () => {
    // The folder itself is put right by each backup.
    const locked = join(project.archive, "locked");
    await mkdir(locked, { mode: 0o500 });
    const drafts = await leadDraftsTo(join(locked, "draft"));
    const failed = await catchCdcError(project.backup());
    for (const draft of drafts) await rm(draft);
    await rm(locked, { recursive: true });
    expect(failed.code).toBe("WAL_NOT_ARCHIVED");
    expect(failed.message).toMatch(/Permission denied$/);
    const health = await withPostgres(project.endpoint, "postgres", readArchiveHealth);
    expect(health).toMatchObject({
      isOn: true,
      isFailing: true,
      lastFailedWal: expect.stringMatching(/^0/) as string,
    });
    expect(health.lastFailedAgeMs).toBeLessThan(60_000);
    expect(health.lastFailedAt).toMatch(/^20.*\+00$/);
  });
});
