import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { fillCache } from "../../../../src/targets/local/cache.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();

const cacheDir = () => join(sandbox.folder, "cache");

/** Writes its two files with a pause between them, so that a half-made folder could be seen. */
async function fill(folder: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, "one"), "1");
  await delay(100);
  await writeFile(join(folder, "two"), "2");
}

const expectWhole = (folder: string) =>
  expect(["one", "two"].map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["1", "2"]);

describe("a folder of the cache", () => {
  it("is made once and then found", async () => {
    const folder = join(cacheDir(), "jars");
    expect(await fillCache(cacheDir(), "jars", fill)).toEqual({ folder, created: true });
    const again = await fillCache(cacheDir(), "jars", () => Promise.reject(new Error("made twice")));
    expect(again).toEqual({ folder, created: false });
    expectWhole(folder);
    expect(readdirSync(cacheDir())).toEqual(["jars"]);
  });

  it("is whole for each of several that make it at once", async () => {
    let fills = 0;
    const results = await Promise.all(
      [1, 2, 3].map(async () => {
        const { folder } = await fillCache(cacheDir(), "jars", (draft) => {
          fills += 1;
          return fill(draft);
        });
        expectWhole(folder);
        return folder;
      }),
    );
    expect(fills).toBe(3);
    expect(new Set(results).size).toBe(1);
    expect(readdirSync(cacheDir())).toEqual(["jars"]);
  });

  it("is not there until it is whole", async () => {
    const folder = join(cacheDir(), "jars");
    const filling = fillCache(cacheDir(), "jars", fill);
    await expect.poll(() => existsSync(cacheDir()) && readdirSync(cacheDir()).length).toBe(1);
    expect(existsSync(folder)).toBe(false);
    await filling;
    expect(existsSync(folder)).toBe(true);
  });

  it("leaves nothing when it cannot be filled, and is made by the next run", async () => {
    const failure = new Error("no network");
    const failing = fillCache(cacheDir(), "jars", async (draft) => {
      await mkdir(draft);
      await writeFile(join(draft, "one"), "1");
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect(readdirSync(cacheDir())).toEqual([]);
    expect((await fillCache(cacheDir(), "jars", fill)).created).toBe(true);
  });

  it("is made whole by the next run when one was killed in the middle", async () => {
    const script = join(sandbox.folder, "crash.mjs");
    await writeFile(
      script,
      `import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
       mkdirSync(${JSON.stringify(cacheDir())});
       const draft = mkdtempSync(${JSON.stringify(join(cacheDir(), ".jars-"))});
       mkdirSync(draft + "/jars");
       writeFileSync(draft + "/jars/one", "half");
       process.kill(process.pid, "SIGKILL");`,
    );
    await once(spawn(process.execPath, [script], { stdio: "ignore" }), "exit");
    expect(readdirSync(cacheDir())).toHaveLength(1);
    const { folder, created } = await fillCache(cacheDir(), "jars", fill);
    expect(created).toBe(true);
    expectWhole(folder);
  });

  describe("of which killed runs have left drafts", () => {
    const HOURS = 3_600_000;

    async function leaveDraft(name: string, ageMs: number): Promise<string> {
      const draft = join(cacheDir(), name);
      await mkdir(join(draft, "jars"), { recursive: true });
      await writeFile(join(draft, "jars", "one"), "half");
      const then = new Date(Date.now() - ageMs);
      await utimes(draft, then, then);
      return draft;
    }

    /** The number of a process that there is no more. */
    async function endedPid(): Promise<number> {
      const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
      await once(child, "exit");
      return child.pid ?? 0;
    }

    it("is made, and the old drafts go", async () => {
      await leaveDraft(`.jars-${await endedPid()}-aB3dEf`, 2 * HOURS);
      await leaveDraft(".jars-aB3dEf", 2 * HOURS);
      await fillCache(cacheDir(), "jars", fill);
      expect(readdirSync(cacheDir())).toEqual(["jars"]);
    });

    it("is found where it was made, and the old drafts go", async () => {
      await fillCache(cacheDir(), "jars", fill);
      await leaveDraft(`.jars-${await endedPid()}-aB3dEf`, 2 * HOURS);
      expect((await fillCache(cacheDir(), "jars", fill)).created).toBe(false);
      expect(readdirSync(cacheDir())).toEqual(["jars"]);
    });

    it("is made beside those that are young, still filled, or not its own", async () => {
      const kept = [
        `.jars-${await endedPid()}-young1`,
        `.jars-${process.pid}-filled`,
        `.jars-notes`,
        `.jars-4-1-other1`,
        `.postgres-${await endedPid()}-other2`,
      ];
      for (const name of kept) await leaveDraft(name, name.endsWith("young1") ? HOURS / 2 : 2 * HOURS);
      await fillCache(cacheDir(), "jars", fill);
      expect(readdirSync(cacheDir()).sort()).toEqual([...kept, "jars"].sort());
      await Promise.all(kept.map((name) => rm(join(cacheDir(), name), { recursive: true })));
    });

    it("marks its own draft with the process that fills it", async () => {
      let drafts: string[] = [];
      await fillCache(cacheDir(), "jars", async (draft) => {
        drafts = readdirSync(cacheDir());
        await fill(draft);
      });
      expect(drafts).toEqual([expect.stringMatching(`^\\.jars-${process.pid}-\\w{6}$`)]);
    });
  });

  // Not even root can write there.
  it.skipIf(process.platform !== "linux")("is refused where the cache cannot be written", async () => {
    const error = await catchCdcError(fillCache("/proc", "jars", fill));
    expect(error.code).toBe("PATH_NOT_WRITABLE");
    expect(error.message).toContain("cannot write to the folder /proc: ");
    expect(error.hint).toContain("cacheDir");
  });

  it("is refused where the cache cannot be", async () => {
    await writeFile(cacheDir(), "a file");
    const error = await catchCdcError(fillCache(cacheDir(), "jars", fill));
    expect(error.code).toBe("PATH_NOT_WRITABLE");
    expect(error.message).toContain(cacheDir());
  });
});
