import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.js";
import { noDocker } from "../support/docker.js";
import { dockerThings } from "../support/docker-things.js";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "cdc-pipeline-test-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(noDocker !== undefined)(`the example for vitest (${noDocker ?? "Docker"})`, () => {
  test("passes with the package as it is built, and leaves nothing behind", async () => {
    const before = await dockerThings();
    await cp(packagePath("examples/vitest-testcontainers"), folder, { recursive: true });
    await mkdir(join(folder, "node_modules"));
    await symlink(packagePath("."), join(folder, "node_modules", "cdc-pipeline"));
    for (const name of ["pg", "testcontainers", "vitest"]) await link(name);
    const { exitCode, all } = await execa(
      process.execPath,
      [join(folder, "node_modules/vitest/vitest.mjs"), "run"],
      { cwd: folder, all: true, reject: false, env: { NO_COLOR: "1" }, extendEnv: true },
    );
    expect(all).toMatch(/Tests +2 passed \(2\)/);
    expect(exitCode).toBe(0);
    expect(await dockerThings()).toEqual(before);
  });
});

describe("without the package testcontainers", () => {
  test("a start says what to install", async () => {
    for (const name of ["dist", "package.json", "connectors", "sql"]) {
      await cp(packagePath(name), join(folder, name), { recursive: true });
    }
    await mkdir(join(folder, "node_modules"));
    const names = await readdir(packagePath("node_modules"));
    await Promise.all(names.filter((name) => name !== "testcontainers" && !name.startsWith(".")).map(link));
    const program = `
      import { CdcPipelineContainers } from "cdc-pipeline/testcontainers";
      const error = await new CdcPipelineContainers().withDatabase("shop").start().catch((error) => error);
      console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
    `;
    const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toEqual({
      code: "TESTCONTAINERS_MISSING",
      message: "the package testcontainers is not installed",
      hint: "npm install --save-dev testcontainers@11",
    });
  });

  test("the command line has no use for it", async () => {
    const files = (await readdir(packagePath("dist/bin"))).filter((name) => name.endsWith(".js"));
    const code = await Promise.all(files.map((name) => readFile(packagePath(`dist/bin/${name}`), "utf8")));
    expect(files).not.toEqual([]);
    expect(code.join("\n")).not.toMatch(/import\("testcontainers"\)|from "testcontainers"/);
  });
});

async function link(name: string): Promise<void> {
  await symlink(packagePath(join("node_modules", name)), join(folder, "node_modules", name));
}
