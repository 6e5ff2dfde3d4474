import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { packagePath } from "../../../../src/package-root.js";
import { withLock } from "../../../../src/targets/local/lock.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";
import { createStageRecorder, type StageRecorder } from "../../../support/stage.js";

const sandbox = useSandbox();

const lockPath = () => join(sandbox.folder, "lock");
const notices = ({ events }: StageRecorder) =>
  events.flatMap((event) => (event.type === "notice" ? [event.message] : []));

/** Another process that holds the lock of the folder, as another run does. */
async function lockElsewhere(): Promise<ChildProcess> {
  const script = join(sandbox.folder, "hold.mjs");
  const library = packagePath("node_modules/proper-lockfile/index.js");
  await writeFile(
    script,
    `import lockfile from ${JSON.stringify(library)};
     await lockfile.lock(${JSON.stringify(sandbox.folder)}, { lockfilePath: ${JSON.stringify(lockPath())} });
     console.log("held");
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await once(child, "exit");
}

describe("two runs in one directory", () => {
  it("do not work at the same time: the second waits, and says so once", async () => {
    const [first, second] = [createStageRecorder(), createStageRecorder()];
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await delay(700);
      order.push(`${name} ends`);
      return name;
    };
    const running = withLock(sandbox.folder, first.context, work("first"));
    await expect.poll(() => order.length).toBe(1);
    const results = await Promise.all([running, withLock(sandbox.folder, second.context, work("second"))]);
    expect(results).toEqual(["first", "second"]);
    expect(order).toEqual(["first begins", "first ends", "second begins", "second ends"]);
    expect(notices(first)).toEqual([]);
    expect(notices(second)).toEqual([
      "another cdc-pipeline run works in this directory; waiting for it to end",
    ]);
  });

  it("do not meet in two directories", async () => {
    const other = join(sandbox.folder, "other");
    await mkdir(other);
    const { context } = createStageRecorder();
    const both = await withLock(sandbox.folder, context, () =>
      withLock(other, context, () => Promise.resolve("both")),
    );
    expect(both).toBe("both");
  });

  it("exclude one another also as processes; one that is ended lets the other go on", async () => {
    const holder = await lockElsewhere();
    const recorder = createStageRecorder();
    const running = withLock(sandbox.folder, recorder.context, () => Promise.resolve("done"));
    await expect.poll(() => notices(recorder).length).toBe(1);
    await end(holder, "SIGTERM");
    expect(await running).toBe("done");
  });
});

describe("a lock", () => {
  it("is given back when the work is done", async () => {
    const { context } = createStageRecorder();
    const held = await withLock(sandbox.folder, context, () => Promise.resolve(existsSync(lockPath())));
    expect(held).toBe(true);
    expect(existsSync(lockPath())).toBe(false);
  });

  it("is given back when the work fails, and the failure comes out", async () => {
    const { context } = createStageRecorder();
    const failure = new Error("broken");
    await expect(withLock(sandbox.folder, context, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(existsSync(lockPath())).toBe(false);
  });

  it("of a process that was killed is taken once it is stale", async () => {
    const holder = await lockElsewhere();
    await end(holder, "SIGKILL");
    expect(existsSync(lockPath())).toBe(true);
    // As if it had happened a minute ago.
    const then = new Date(Date.now() - 60_000);
    await utimes(lockPath(), then, then);
    const recorder = createStageRecorder();
    expect(await withLock(sandbox.folder, recorder.context, () => Promise.resolve("done"))).toBe("done");
    expect(notices(recorder)).toEqual([]);
  });

  it("that is not given back in time is an error that says what to do", async () => {
    const holder = await lockElsewhere();
    const { context } = createStageRecorder({ timeoutMs: 600 });
    const error = await catchCdcError(withLock(sandbox.folder, context, () => Promise.resolve()));
    expect(error.code).toBe("LOCKED");
    expect(error.message).toContain("another cdc-pipeline run works in this directory");
    expect(error.hint).toContain(lockPath());
    await end(holder, "SIGTERM");
  });

  it("is not waited for any longer after an interrupt", async () => {
    const holder = await lockElsewhere();
    const recorder = createStageRecorder();
    let hasWorked = false;
    const running = withLock(sandbox.folder, recorder.context, () => {
      hasWorked = true;
      return Promise.resolve();
    });
    await expect.poll(() => notices(recorder).length).toBe(1);
    const abortedMs = performance.now();
    recorder.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - abortedMs).toBeLessThan(1_000);
    await end(holder, "SIGTERM");
    expect(hasWorked).toBe(false);
  });

  it("is given back when the interrupt comes while it is being taken", async () => {
    const recorder = createStageRecorder();
    const running = withLock(sandbox.folder, recorder.context, () => Promise.resolve());
    recorder.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(existsSync(lockPath())).toBe(false);
  });
});
