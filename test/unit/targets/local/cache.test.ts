import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { exists, makeFolder } from "../../../../src/targets/local/cache.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cdc-pipeline-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a folder that is made", () => {
  it("is there with those above it, also when it is made twice", async () => {
    const path = join(folder, "one", "two");
    expect(await exists(path)).toBe(false);
    await makeFolder(path);
    await makeFolder(path);
    expect(await exists(path)).toBe(true);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it.each([
    ["is a file", "file"],
    ["lies below a file", "file/inner"],
  ])("is refused when its place %s", async (_what, path) => {
    writeFileSync(join(folder, "file"), "");
    const error = await catchCdcError(makeFolder(join(folder, path)));
    expect(error.code).toBe("PATH_NOT_WRITABLE");
    expect(error.message).toContain(join(folder, path));
    expect(error.hint).toMatch(/stateDir.*cacheDir/);
  });
});
