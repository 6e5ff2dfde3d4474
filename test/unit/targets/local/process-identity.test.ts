import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";

import { identify, isAlive } from "../../../../src/targets/local/process-identity.js";

const children: ChildProcess[] = [];

function startSleeper(script = "setInterval(() => {}, 1000)"): number {
  const child = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child !== undefined) await once(child, "exit");
}

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

describe("the identity of a process", () => {
  it("is that of this process, and stays the same", async () => {
    const identity = await identify(process.pid);
    expect(identity).toMatchObject({ pid: process.pid, startedAt: expect.stringMatching(/\S/) as string });
    expect(await identify(process.pid)).toEqual(identity);
  });

  it("is alive while the process is, and not after", async () => {
    const identity = await identify(startSleeper());
    if (identity === undefined) throw new Error("the child did not start");
    expect(await isAlive(identity)).toBe(true);
    children[0]?.kill("SIGKILL");
    await ended(children[0]);
    expect(await isAlive(identity)).toBe(false);
  });

  it("is another one when the number was given to a later process", async () => {
    const pid = startSleeper();
    const identity = await identify(pid);
    expect(await isAlive({ pid, startedAt: "long ago" })).toBe(false);
    expect(identity?.startedAt).not.toBe((await identify(process.pid))?.startedAt);
  });

  it("is none for a number that no process has", async () => {
    const pid = startSleeper("");
    await ended(children[0]);
    expect(await identify(pid)).toBeUndefined();
  });

  it.skipIf(process.platform !== "linux")("is none for a zombie", async () => {
    // The shell starts a child and becomes a program that never asks for its end. The child outlives that
    // change: the shell itself would still have asked.
    const shell = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 30"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.push(shell);
    const [output] = (await once(shell.stdout, "data")) as [Buffer];
    const pid = Number(output.toString().trim());
    await expect.poll(() => identify(pid), { timeout: 5_000 }).toBeUndefined();
    expect(() => process.kill(pid, 0)).not.toThrow();
  });
});
