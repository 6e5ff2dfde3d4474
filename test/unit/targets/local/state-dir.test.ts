import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type Layout, planLayout } from "../../../../src/targets/local/layout.js";
import { makeStateDir, removeStateDir } from "../../../../src/targets/local/state-dir.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

let folder: string;
let layout: Layout;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdc-pipeline-test-"));
  layout = await planLayout(join(folder, "state"), join(folder, "cache"), undefined);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the state folder", () => {
  it("is made with its logs, kept out of git, and is removed as a whole", async () => {
    await makeStateDir(layout);
    expect(readdirSync(layout.stateDir).sort()).toEqual([".gitignore", "logs"]);
    expect(readFileSync(join(layout.stateDir, ".gitignore"), "utf8").split("\n")).toContain("*");
    mkdirSync(join(layout.stateDir, "kafka", "data"), { recursive: true });
    await removeStateDir(layout);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is used again with all that is in it", async () => {
    await makeStateDir(layout);
    writeFileSync(layout.stateFile, "{}");
    await makeStateDir(layout);
    expect(readFileSync(layout.stateFile, "utf8")).toBe("{}");
  });

  it("may be an empty folder that is there already", async () => {
    mkdirSync(layout.stateDir);
    await makeStateDir(layout);
    expect(existsSync(join(layout.stateDir, "logs"))).toBe(true);
  });

  it("is made by several runs at once without one taking the other's for somebody else's", async () => {
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 8 }, () => makeStateDir(layout)));
      await removeStateDir(layout);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes the servers' folder along where that is elsewhere", async () => {
    const elsewhere = { ...layout, serversDir: join(folder, "servers") };
    await makeStateDir(elsewhere);
    expect(existsSync(join(folder, "servers", "logs"))).toBe(true);
    await removeStateDir(elsewhere);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a folder that holds somebody else's files", () => {
  it.each([
    ["a file", "notes.txt", "mine"],
    ["a .gitignore of its own", ".gitignore", "node_modules\n"],
    ["a file that looks like the program's", "state.json", "{}"],
  ])("with %s is refused and never removed", async (_what, name, text) => {
    mkdirSync(layout.stateDir);
    writeFileSync(join(layout.stateDir, name), text);
    for (const work of [makeStateDir, removeStateDir]) {
      const error = await catchCdcError(work(layout));
      expect(error.code).toBe("PATH_NOT_WRITABLE");
      expect(error.message).toContain(layout.stateDir);
      expect(error.hint).toContain("stateDir");
      expect(readdirSync(layout.stateDir)).toEqual([name]);
      expect(readFileSync(join(layout.stateDir, name), "utf8")).toBe(text);
    }
  });

  it("is not taken for the program's because its servers' folder is", async () => {
    const elsewhere = { ...layout, serversDir: join(folder, "servers") };
    await makeStateDir(elsewhere);
    writeFileSync(join(layout.stateDir, ".gitignore"), "changed by hand\n");
    expect((await catchCdcError(removeStateDir(elsewhere))).code).toBe("PATH_NOT_WRITABLE");
    expect(readdirSync(folder).sort()).toEqual(["servers", "state"]);
  });
});

describe("a state folder that cannot be made", () => {
  it("because its place is a file is refused", async () => {
    writeFileSync(layout.stateDir, "a file");
    const error = await catchCdcError(makeStateDir(layout));
    expect(error.code).toBe("PATH_NOT_WRITABLE");
    expect(error.message).toContain(layout.stateDir);
  });
});
