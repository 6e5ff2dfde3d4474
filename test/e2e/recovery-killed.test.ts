import { existsSync, readdirSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { draftOf } from "../../src/targets/local/recovery/draft.js";
import { readState } from "../../src/targets/local/state.js";
import { runCli, runJson, startCli } from "../support/cli.js";
import { findProcesses, makeSandbox, removeSandbox } from "../support/leaks.js";
import { RecoveryProject } from "../support/recovery-project.js";

/** Only PostgreSQL runs: nothing else has a part in backups and recovery. */
let folder: string;
let project: RecoveryProject;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await makeSandbox();
  project = await RecoveryProject.start(join(folder, "state"));
  env = {
    CDC_PIPELINE_STATE_DIR: project.config.stateDir,
    CDC_PIPELINE_LOCAL_POSTGRES_PORT: String(project.config.local.postgresPort),
  };
  await project.note("1");
  expect((await json("backup")).document.ok).toBe(true);
  await project.note("2");
});
afterAll(async () => {
  await runCli(["down"], { cwd: folder, env });
  await removeSandbox(folder);
});

const json = (...args: string[]) => runJson(args, { cwd: folder, env });
const backupsFolder = (): string => join(project.archive, "backups");
const isPostgresKnown = (): boolean => readState(project.layout.stateFile)?.servers.postgres !== undefined;

/** Starts a command and kills it, as nothing can be caught, once `isThere`. */
async function killWhen(isThere: () => boolean, ...args: string[]): Promise<void> {
  const run = startCli(args, { cwd: folder, env });
  await expect.poll(isThere, { timeout: 30_000, interval: 5 }).toBe(true);
  run.kill("SIGKILL");
  expect((await run).exitCode).toBeUndefined();
}

/** Runs `work` while the last file of WAL in the archive is a pipe that nobody writes to: recovery stops there. */
async function whileRecoveryHangs(work: () => Promise<void>): Promise<void> {
  const file = join(project.archive, "wal", await project.archiveWal());
  await rename(file, `${file}.aside`);
  await execa("mkfifo", ["-m", "666", file]);
  try {
    await work();
  } finally {
    await rm(file);
    await rename(`${file}.aside`, file);
  }
}

const processesOf = async (path: string): Promise<number> => (await findProcesses(path)).length;

describe("a backup that is killed while it copies", () => {
  it("is not listed; the next one removes what is left of it, and can be restored", async () => {
    const before = readdirSync(backupsFolder());
    const draft = (): string | undefined =>
      readdirSync(backupsFolder()).find((name) => name.endsWith(".new"));
    const copies = (): boolean => {
      const data = join(backupsFolder(), draft() ?? "none", "data", "base", "1");
      return existsSync(data) && readdirSync(data).length > 20;
    };
    await killWhen(copies, "backup");
    // What recovery needs to begin is copied last: this one was in the middle.
    expect(existsSync(join(backupsFolder(), draft() ?? "none", "data", "global", "pg_control"))).toBe(false);
    const list = await runCli(["backup", "list"], { cwd: folder, env });
    expect(list.stdout).not.toContain((draft() ?? "none").slice(0, 15));
    const { document } = await json("backup");
    expect(document.error).toBeUndefined();
    expect(readdirSync(backupsFolder())).toHaveLength(before.length + 1);
    expect(draft()).toBeUndefined();
  });
});

describe("a restore in place that is killed", () => {
  const restore = ["restore", "--in-place", "--to", "latest", "--yes"];

  it("while it copies leaves a server that the next start has again, with all that it had", async () => {
    const draft = draftOf(project.layout);
    const copies = (): boolean => existsSync(join(draft, "base", "1", "1259"));
    await killWhen(copies, ...restore);
    expect(isPostgresKnown()).toBe(false);
    expect(existsSync(draft)).toBe(true);
    await project.up();
    expect(await project.notes()).toEqual(["1", "2"]);
    const { document } = await json(...restore);
    expect(document.error).toBeUndefined();
    expect(await project.notes()).toEqual(["1", "2"]);
    expect(existsSync(draft)).toBe(false);
  });

  it("while the copy recovers leaves a server behind that down ends, with all of the draft", async () => {
    const draft = draftOf(project.layout);
    await whileRecoveryHangs(async () => {
      await killWhen(() => existsSync(join(draft, "postmaster.pid")), ...restore);
      expect(await processesOf(draft)).toBeGreaterThan(0);
      expect((await json("down")).document.error).toBeUndefined();
    });
    expect(await processesOf(draft)).toBe(0);
    expect(existsSync(draft)).toBe(false);
    await project.up();
    expect(await project.notes()).toEqual(["1", "2"]);
  });
});

describe("a restore into a new instance that is killed", () => {
  const into = (): string => join(folder, "restored");
  const restore = (): string[] => ["restore", "--into", into(), "--to", "latest"];

  it("while the copy recovers is cleared away by the next one, and the running server never noticed", async () => {
    const before = readState(project.layout.stateFile);
    const draft = join(into(), "postgres", "data.new");
    await whileRecoveryHangs(async () => {
      await killWhen(() => existsSync(join(draft, "postmaster.pid")), ...restore());
      expect(await processesOf(draft)).toBeGreaterThan(0);
    });
    const { document } = await json(...restore());
    expect(document.error).toBeUndefined();
    expect(existsSync(draft)).toBe(false);
    const restored = await RecoveryProject.at(into());
    expect(await restored.notes()).toEqual(["1", "2"]);
    expect(readState(project.layout.stateFile)).toEqual(before);
    const down = await runCli(["down", "--purge", "--yes"], {
      cwd: folder,
      env: { ...env, CDC_PIPELINE_STATE_DIR: into() },
    });
    expect(down.exitCode).toBe(0);
  });
});
