import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { catchCdcError } from "../../support/catch-cdc-error.js";
import { makeSandbox, removeSandbox } from "../../support/leaks.js";
import { RecoveryProject } from "../../support/recovery-project.js";

interface Written {
  readonly time: string;
  readonly lsn: string;
  /** The file of WAL that it is in, alone. */
  readonly file: string;
}

let folder: string;
let project: RecoveryProject;
let one: Written;
let two: Written;
let three: Written;

async function write(text: string): Promise<Written> {
  return { ...(await project.note(text)), file: await project.archiveWal() };
}

/** A backup, then three notes. */
async function start(): Promise<void> {
  folder = await makeSandbox();
  project = await RecoveryProject.start(join(folder, "state"));
  await project.backup();
  // Its end is written in whole seconds: what can be restored by time begins with the next one.
  await delay(1_050);
  [one, two, three] = [await write("1"), await write("2"), await write("3")];
}

async function stop(): Promise<void> {
  await project.stop();
  await removeSandbox(folder);
}

const archived = ({ file }: Written): string => join(project.archive, "wal", file);

describe("a file of WAL that is damaged in the archive", () => {
  let offered = "";
  beforeAll(async () => {
    await start();
    const file = await open(archived(two), "r+");
    await file.write(Buffer.alloc(8_192, 0xff), 0, 8_192, 0);
    await file.close();
  });
  afterAll(stop);

  it("is not taken for the end of the WAL: the server from before goes on", async () => {
    const failed = await catchCdcError(project.restore("latest"));
    expect(failed.code).toBe("RESTORE_FAILED");
    expect(failed.message).toContain("a file of it is damaged");
    offered = /--to (\S+)$/.exec(failed.hint ?? "")?.[1] ?? "";
    expect(await project.notes()).toEqual(["1", "2", "3"]);
  });

  it("is the reason why a moment behind it cannot be reached", async () => {
    const failed = await catchCdcError(project.restore(three.time));
    expect(failed.code).toBe("RESTORE_FAILED");
    expect(failed.message).toContain("a file of it is damaged");
    expect(await project.notes()).toEqual(["1", "2", "3"]);
  });

  it("leaves no timeline behind by which a later restore would lose what was written since", async () => {
    await project.note("4");
    await project.backup();
    await project.note("5");
    const { reached } = await project.restore("latest");
    expect(reached.timeline).toBe(2);
    expect(await project.notes()).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("is not in the way of what comes before it, which was offered", async () => {
    await project.restore(offered, { kind: "in-place" }, 1);
    expect(await project.notes()).toEqual(["1"]);
  });
});

describe("a file of WAL that is missing in the archive", () => {
  beforeAll(async () => {
    await start();
    await rm(archived(two));
  });
  afterAll(stop);

  it.each(["latest", "a position behind it"])("is named where it is in the way of %s", async (to) => {
    const failed = await catchCdcError(project.restore(to === "latest" ? to : three.lsn));
    expect(failed.code).toBe("RESTORE_OUT_OF_REACH");
    expect(failed.message).toContain(`WAL file ${two.file} is missing in the archive`);
    // Nothing was touched: the server was not even stopped.
    expect(project.recorder.steps().map(({ step }) => step)).not.toContain("PostgreSQL stops");
  });

  it("is not in the way of a backup that is taken afterwards, nor of what comes before it", async () => {
    await project.backup();
    await project.note("4");
    await project.restore("latest");
    expect(await project.notes()).toEqual(["1", "2", "3", "4"]);
    await project.restore(one.lsn, { kind: "in-place" }, 1);
    expect(await project.notes()).toEqual(["1"]);
  });
});
