import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { describe, expect, it } from "vitest";

import { identify, isAlive } from "../../../../src/targets/local/process-identity.js";
import {
  logSize,
  type ProcessSpec,
  startProcess,
  stopProcess,
  tailLog,
} from "../../../../src/targets/local/server-process.js";
import { findServiceUser } from "../../../../src/targets/local/service-user.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { findLeaks, useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();
const isRoot = process.getuid?.() === 0;
const GENTLY = { signal: "SIGTERM", graceMs: 5_000 } as const;

const logPath = () => join(sandbox.folder, "logs", "server.log");
const readLog = () => readFileSync(logPath(), "utf8");

function shell(script: string, changes: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    command: "/bin/sh",
    args: ["-c", script],
    cwd: sandbox.folder,
    env: { PATH: "/usr/bin:/bin" },
    logFile: logPath(),
    user: undefined,
    ...changes,
  };
}

describe("a process that is started", () => {
  it("is alive, tells its log what it says, and ends when asked", async () => {
    const identity = await startProcess(shell("echo out; echo err >&2; exec sleep 60"));
    expect(await isAlive(identity)).toBe(true);
    expect(await identify(identity.pid)).toEqual(identity);
    await expect.poll(readLog).toBe("out\nerr\n");
    expect(await stopProcess(identity, GENTLY)).toBe("stopped");
    expect(await isAlive(identity)).toBe(false);
  });

  it("adds to the log of the one before it", async () => {
    await mkdir(join(sandbox.folder, "logs"));
    await writeFile(logPath(), "before\n");
    await startProcess(shell("echo after"));
    await expect.poll(readLog).toBe("before\nafter\n");
    expect(await tailLog(logPath(), 1)).toBe("after");
    expect(await tailLog(logPath(), 10)).toBe("before\nafter");
    expect(await tailLog(join(sandbox.folder, "no.log"), 10)).toBe("");
  });

  it("has only its own lines quoted where the log's size before it is known", async () => {
    await mkdir(join(sandbox.folder, "logs"));
    await writeFile(logPath(), "über before\n");
    const sizeBefore = await logSize(logPath());
    expect(await tailLog(logPath(), 10, sizeBefore)).toBe("");
    await startProcess(shell("echo one; echo two"));
    await expect.poll(readLog).toMatch(/two\n$/);
    expect(await tailLog(logPath(), 10, sizeBefore)).toBe("one\ntwo");
    expect(await tailLog(logPath(), 1, sizeBefore)).toBe("two");
    expect(await logSize(join(sandbox.folder, "no.log"))).toBe(0);
  });

  it("has all lines quoted of a log that was begun anew since", async () => {
    await mkdir(join(sandbox.folder, "logs"));
    await writeFile(logPath(), "short\n");
    expect(await tailLog(logPath(), 10, 1_000)).toBe("short");
  });

  it("gets the given environment and nothing of the caller's", async () => {
    await startProcess(shell("/usr/bin/env", { env: { PATH: "/usr/bin:/bin", LC_ALL: "C" } }));
    await expect.poll(readLog).toContain("LC_ALL=C");
    const names = readLog()
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(names).not.toContain("HOME");
    expect(names).not.toContain("VITEST");
  });

  it("has a session of its own, so that an interrupt of the terminal does not reach it", async () => {
    const identity = await startProcess(shell("exec sleep 60"));
    const group = execFileSync("ps", ["-o", "pgid=", "-p", String(identity.pid)], { encoding: "utf8" });
    expect(Number(group)).toBe(identity.pid);
    await stopProcess(identity, GENTLY);
  });

  it("outlives the run that started it", async () => {
    const script = join(sandbox.folder, "start.mjs");
    const child = `spawn("/bin/sh", ["-c", "exec sleep 60"], { detached: true, stdio: "ignore", cwd: ${JSON.stringify(sandbox.folder)} })`;
    await writeFile(
      script,
      `import { spawn } from "node:child_process"; const child = ${child}; child.unref(); console.log(child.pid);`,
    );
    const { stdout } = await execa(process.execPath, [script]);
    const identity = await identify(Number(stdout));
    if (identity === undefined) throw new Error("it ended with its parent");
    // The process is nobody's child here, as a server is in a later run.
    expect(await stopProcess(identity, GENTLY)).toBe("stopped");
  });

  it.skipIf(!isRoot)("belongs to the given user, and so does its log", async () => {
    const user = await findServiceUser();
    await startProcess(shell("id -u; id -g", { user }));
    await expect.poll(readLog).toBe(`${user?.uid ?? ""}\n${user?.gid ?? ""}\n`);
    expect(statSync(logPath()).uid).toBe(user?.uid);
  });
});

describe("a process that does not want to end", () => {
  it("is killed after its grace", async () => {
    const identity = await startProcess(shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
    await expect.poll(readLog).toBe("ready\n");
    const startedMs = performance.now();
    expect(await stopProcess(identity, { signal: "SIGTERM", graceMs: 300 })).toBe("killed");
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(300);
    expect(await isAlive(identity)).toBe(false);
  });

  it("gets the time it needs within its grace", async () => {
    const identity = await startProcess(
      shell(
        "trap 'echo ending; sleep 0.3; echo ended; exit 0' TERM; echo ready; while :; do sleep 0.05; done",
      ),
    );
    await expect.poll(readLog).toBe("ready\n");
    expect(await stopProcess(identity, GENTLY)).toBe("stopped");
    expect(readLog()).toBe("ready\nending\nended\n");
  });

  it("is asked with the signal that it is used to", async () => {
    const identity = await startProcess(
      shell("trap 'echo fast; exit 0' INT; echo ready; while :; do sleep 0.05; done"),
    );
    await expect.poll(readLog).toBe("ready\n");
    expect(await stopProcess(identity, { signal: "SIGINT", graceMs: 5_000 })).toBe("stopped");
    expect(readLog()).toBe("ready\nfast\n");
  });
});

describe("a process that is gone", () => {
  it("was not running when it ended at once, and its words are in the log", async () => {
    const identity = await startProcess(shell("echo 'no such option' >&2; exit 3"));
    await expect.poll(() => isAlive(identity)).toBe(false);
    expect(await tailLog(logPath(), 5)).toBe("no such option");
    expect(await stopProcess(identity, GENTLY)).toBe("was not running");
  });

  it("is not mistaken for another one that got its number", async () => {
    const identity = await startProcess(shell("exec sleep 60"));
    const earlier = { pid: identity.pid, startedAt: "before the last boot" };
    expect(await stopProcess(earlier, GENTLY)).toBe("was not running");
    expect(await isAlive(identity)).toBe(true);
    await stopProcess(identity, GENTLY);
  });
});

describe("a process that cannot be started", () => {
  it("is an error that names the program that is not there", async () => {
    const command = join(sandbox.folder, "postgres");
    const error = await catchCdcError(startProcess(shell("", { command })));
    expect(error.code).toBe("SERVER_DIED");
    expect(error.message).toContain(command);
    expect(error.message).toContain("ENOENT");
  });

  it.skipIf(!isRoot)("is an error where its user may not run the program", async () => {
    const user = await findServiceUser();
    const closed = join(sandbox.folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    await chown(closed, 0, 0);
    const command = join(closed, "server");
    await writeFile(command, "#!/bin/sh\n");
    await chmod(command, 0o755);
    const error = await catchCdcError(startProcess(shell("", { command, user })));
    expect(error).toMatchObject({
      code: "SERVER_DIED",
      message: expect.stringContaining("EACCES") as string,
    });
  });
});

describe("the check for what a test leaves behind", () => {
  it("sees a process that still works in the folder, and a lock", async () => {
    const identity = await startProcess(shell("exec sleep 60"));
    await mkdir(join(sandbox.folder, "lock"));
    const leaks = await findLeaks(sandbox.folder);
    expect(leaks).toEqual([expect.stringContaining(`process ${identity.pid}: `), "file lock"]);
    await stopProcess(identity, GENTLY);
    await execa("rmdir", [join(sandbox.folder, "lock")]);
    expect(await findLeaks(sandbox.folder)).toEqual([]);
  });
});
