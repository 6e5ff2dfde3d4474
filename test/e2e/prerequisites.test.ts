import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { packagePath } from "../../src/package-root.js";
import { runCli } from "../support/cli.js";
import { Workspace } from "../support/workspace.js";

let workspace: Workspace;
let bin: string;

beforeEach(async () => {
  workspace = await Workspace.create();
  bin = join(workspace.folder, "bin");
  await mkdir(bin);
  await symlink(process.execPath, join(bin, "node"));
});

afterEach(async () => {
  expect(await workspace.remove()).toEqual([]);
});

/** Runs `up` with nothing on the PATH but what is in `bin`, and an empty cache. */
const upWith = (env: Record<string, string> = {}) =>
  runCli(["up", "mykart"], {
    cwd: workspace.folder,
    env: {
      ...workspace.env,
      PATH: bin,
      JAVA_HOME: "",
      CDC_PIPELINE_CACHE_DIR: join(workspace.folder, "cache"),
      ...env,
    },
  });

async function script(name: string, text: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`);
  await chmod(join(bin, name), 0o755);
}

const JAVA_17 = `echo 'openjdk version "17.0.1" 2021-10-19' >&2`;

describe("a missing prerequisite ends with exit 2, what is missing and how to get it", () => {
  it("no Java", async () => {
    const { exitCode, stderr } = await upWith();
    expect(exitCode).toBe(2);
    expect(stderr).toContain("JAVA_MISSING");
    expect(stderr).toContain("cannot run java");
    expect(stderr).toMatch(/fix: +install Java 17 or newer/);
    expect(await workspace.liveServers()).toEqual([]);
  });

  it("a Java that is too old", async () => {
    await script("java", `echo 'java version "1.8.0_392"' >&2`);
    const { exitCode, stderr } = await upWith();
    expect(exitCode).toBe(2);
    expect(stderr).toContain("java is Java 1.8.0_392; 17 or newer is needed   JAVA_TOO_OLD");
  });

  it("no mvn", async () => {
    await script("java", JAVA_17);
    const { exitCode, stderr } = await upWith();
    expect(exitCode).toBe(2);
    expect(stderr).toContain("MAVEN_MISSING");
    expect(stderr).toMatch(/fix: +install Maven/);
    expect(await workspace.liveServers()).toEqual([]);
  });

  it("an mvn that fails is exit 1, with its own reason", async () => {
    await script("java", JAVA_17);
    await script("mvn", `echo '[ERROR] Could not transfer artifact: no route to host'; exit 1`);
    const { exitCode, stderr } = await upWith();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Could not transfer artifact: no route to host   MAVEN_FAILED");
    expect(await workspace.liveServers()).toEqual([]);
  });
});

describe("wrong use ends with exit 2 before anything is started", () => {
  it.each([
    [
      "an unknown target",
      ["up", "mykart", "--target", "mars"],
      "--target: expected local or compose or k8s or external",
    ],
    [
      "an SQL file that is not there",
      ["up", "shop", "--schema", "nowhere.sql"],
      "nowhere.sql: there is no such file",
    ],
    ["an SQL file that is a folder", ["up", "shop", "--schema", "bin"], "bin: it is a folder"],
    [
      "psql's own commands in it",
      ["up", "shop", "--schema", "psql.sql"],
      "psql.sql:2: the psql command \\connect",
    ],
    ["no database", ["up"], "up needs the name of a database"],
    ["an unknown command", ["upp", "mykart"], "Did you mean up?"],
    ["a configuration file that is not there", ["status", "--config", "none.yaml"], "none.yaml"],
    [
      "a timeout that is none",
      ["up", "mykart", "--timeout", "soon"],
      "--timeout: expected a number of seconds",
    ],
    ["a name that is too long", ["up", "x".repeat(64)], "64"],
    ["a template database", ["up", "template1"], "template1 is what new databases are made from"],
  ])("%s", async (_what, args, message) => {
    await writeFile(join(workspace.folder, "psql.sql"), "SELECT 1;\n\\connect other\n");
    const { exitCode, stderr, stdout } = await workspace.run(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n +at /);
    expect(stdout).toBe("");
    expect(await workspace.state()).toBeUndefined();
  });

  it("a folder that cannot be written", async () => {
    await writeFile(join(workspace.folder, "file"), "");
    const { exitCode, stderr } = await runCli(["up", "mykart"], {
      cwd: workspace.folder,
      env: { ...workspace.env, CDC_PIPELINE_STATE_DIR: join(workspace.folder, "file", "state") },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("PATH_NOT_WRITABLE");
  });

  it("a state folder that holds other things, which stay", async () => {
    const env = { ...workspace.env, CDC_PIPELINE_STATE_DIR: workspace.folder };
    const up = await runCli(["up", "mykart"], { cwd: workspace.folder, env });
    expect(up.exitCode).toBe(2);
    expect(up.stderr).toContain("is a folder with other files in it");
    const down = await runCli(["down", "--purge", "--yes"], { cwd: workspace.folder, env });
    expect(down.exitCode).toBe(2);
    expect(await readFile(join(bin, "node"))).toBeDefined();
  });
});

/** As root the program can also be tried as somebody else; an ordinary user has done so with every other test. */
describe.runIf(process.getuid?.() === 0)("run by an ordinary user", () => {
  let home: string;
  let uid: number;

  beforeEach(async () => {
    // PostgreSQL wants a user that the system knows.
    uid = Number((await execa("id", ["-u", "nobody"])).stdout);
    home = await mkdtemp(join(tmpdir(), "cdc-pipeline-user-"));
    const root = join(home, "package");
    // The checkout may lie where an ordinary user cannot get.
    for (const part of ["connectors", "dist", "examples", "node_modules", "package.json", "servers", "sql"]) {
      await cp(packagePath(part), join(root, part), { recursive: true, verbatimSymlinks: true });
    }
    await mkdir(join(home, "work"));
    await execa("chown", ["-R", `${uid}:${uid}`, home]);
    await chmod(home, 0o755);
  });

  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it("the servers run as that user, from caches of their own to a streamed event", async () => {
    const cli = (...args: string[]) =>
      execa(process.execPath, [join(home, "package", "dist", "bin", "cdc-pipeline.js"), ...args], {
        cwd: join(home, "work"),
        uid,
        gid: uid,
        reject: false,
        extendEnv: false,
        env: {
          ...workspace.env,
          PATH: process.env.PATH,
          HOME: home,
          // Maven takes the home of the user's record, and nobody's is none.
          MAVEN_OPTS: `-Duser.home=${home} ${process.env.MAVEN_OPTS ?? ""}`,
          JAVA_HOME: process.env.JAVA_HOME,
        },
      });
    try {
      const up = await cli("up", "mykart", "--json");
      expect(up.stderr).not.toContain("✘");
      expect(JSON.parse(up.stdout)).toMatchObject({ ok: true, databases: [{ event: { op: "c" } }] });
      const owner = await execa("stat", [
        "-c",
        "%u",
        join(home, "work", ".cdc-pipeline", "postgres", "data"),
      ]);
      expect(owner.stdout).toBe(String(uid));
    } finally {
      const down = await cli("down", "--purge", "--yes");
      expect(down.exitCode).toBe(0);
    }
  });
});
