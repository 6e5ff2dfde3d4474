import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { logFile, planLayout, serverDir } from "../../../../src/targets/local/layout.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cdc-pipeline-test-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

const stranger = { name: "stranger", uid: 64_001, gid: 64_001 };

describe("the folders of the local target", () => {
  it("are all in the state folder, but for the cache that all projects share", async () => {
    const stateDir = join(folder, ".cdc-pipeline");
    const layout = await planLayout(stateDir, undefined, undefined);
    expect(layout).toMatchObject({
      stateDir,
      stateFile: join(stateDir, "state.json"),
      serversDir: stateDir,
      user: undefined,
    });
    expect(isAbsolute(layout.cacheDir)).toBe(true);
    expect(layout.cacheDir).toMatch(/cdc-pipeline/);
    expect(layout.cacheDir.startsWith(folder)).toBe(false);
    expect(serverDir(layout, "kafka")).toBe(join(stateDir, "kafka"));
    expect(logFile(layout, "connect")).toBe(join(stateDir, "logs", "connect.log"));
  });

  it("stay in the state folder for a user who can get there", async () => {
    chmodSync(folder, 0o755);
    const stateDir = join(folder, ".cdc-pipeline");
    expect((await planLayout(stateDir, "/cache", stranger)).serversDir).toBe(stateDir);
  });

  it("are the system's for a user who cannot get there, another for each project", async () => {
    chmodSync(folder, 0o700);
    const [one, other] = await Promise.all(
      ["one", "other"].map((name) => planLayout(join(folder, name), "/cache", stranger)),
    );
    expect(one?.stateDir).toBe(join(folder, "one"));
    expect(one?.serversDir).toMatch(/^\/var\/lib\/cdc-pipeline\/[0-9a-f]{12}$/);
    expect(other?.serversDir).toMatch(/^\/var\/lib\/cdc-pipeline\/[0-9a-f]{12}$/);
    expect(one?.serversDir).not.toBe(other?.serversDir);
    expect(await planLayout(join(folder, "one"), "/cache", stranger)).toEqual(one);
  });

  it("have the cache where the configuration says", async () => {
    chmodSync(folder, 0o755);
    const cacheDir = join(folder, "cache");
    for (const user of [undefined, stranger]) {
      expect((await planLayout(join(folder, "x"), cacheDir, user)).cacheDir).toBe(cacheDir);
    }
  });

  it("are refused when the configuration puts the cache where the servers' user cannot get", async () => {
    chmodSync(folder, 0o700);
    const cacheDir = join(folder, "cache");
    const error = await catchCdcError(planLayout("/x", cacheDir, stranger));
    expect(error.code).toBe("PATH_NOT_WRITABLE");
    expect(error.message).toMatch(/stranger/);
    expect(error.message).toContain(cacheDir);
    expect((await planLayout("/x", cacheDir, undefined)).cacheDir).toBe(cacheDir);
  });
});
