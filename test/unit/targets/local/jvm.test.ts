import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import {
  adoptArchive,
  dropArchiveDraft,
  type Jvm,
  jvmArgs,
  type JvmServer,
  jvmToolArgs,
  writeLogSettings,
} from "../../../../src/targets/local/jvm.js";
import { type Layout, planLayout, serverDir } from "../../../../src/targets/local/layout.js";

const WRITE = "-XX:ArchiveClassesAtExit=";
const USE = "-XX:SharedArchiveFile=";

let folder: string;
let layout: Layout;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cdc-pipeline-test-")));
  layout = await planLayout(join(folder, "state"), join(folder, "cache"), undefined);
  for (const server of ["kafka", "connect"] as const)
    mkdirSync(serverDir(layout, server), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const jvmOf = ({ flags = "fast", archiveKey = "0a1b2c3d" }: Partial<Jvm> = {}): Jvm => ({
  java: { path: "/opt/java/bin/java", version: "17.0.15", build: "17.0.15+6" },
  classPath: "/libs/a.jar:/libs/b.jar",
  layout,
  archiveKey,
  flags,
});

/** The file behind an option of a server's JVM, where it has that option. */
function fileOf(option: string, server: JvmServer, jvm = jvmOf()): string | undefined {
  return jvmArgs(jvm, server, 512)
    .find((arg) => arg.startsWith(option))
    ?.slice(option.length);
}

/** Puts an archive where the JVM of a server was told to write it, as it does when it ends. */
function leaveArchive(server: JvmServer, content: string, jvm = jvmOf()): string {
  const file = fileOf(WRITE, server, jvm) ?? "it was not told to write one";
  writeFileSync(file, content);
  return file;
}

describe("the arguments of a JVM", () => {
  it.each(["fast", "stock"] as const)(
    "are the heap, the log and the class path with the flags `%s`",
    (flags) => {
      const args = jvmArgs(jvmOf({ flags }), "kafka", 512);
      expect(args[0]).toBe("-Xmx512m");
      expect(args.slice(-2)).toEqual(["-cp", "/libs/a.jar:/libs/b.jar"]);
      expect(args).toContain(`-Dcdc.log=${join(layout.serversDir, "logs", "kafka.log")}`);
      expect(args).toContain("-XX:+ExitOnOutOfMemoryError");
    },
  );

  it("name log settings that are written beside the server's own", async () => {
    await writeLogSettings(layout, "connect");
    const file = fileOf("-Dlog4j2.configurationFile=", "connect") ?? "";
    expect(file.startsWith(serverDir(layout, "connect"))).toBe(true);
    expect(readFileSync(file, "utf8")).toContain("cdc.log");
  });

  it("have nothing to do with class archives when the flags are `stock`", () => {
    const jvm = jvmOf({ flags: "stock" });
    expect(jvmArgs(jvm, "connect", 512).join(" ")).not.toMatch(/jsa|TieredStopAtLevel/);
    expect(jvmToolArgs(jvm)).toEqual(["-cp", jvm.classPath]);
  });
});

describe("the class archive of a server", () => {
  it("is written by the first run, moved to the cache whole, and used by later runs", async () => {
    const draft = leaveArchive("kafka", "classes");
    expect(await adoptArchive(layout, "kafka")).toBe(true);
    const archive = fileOf(USE, "kafka") ?? "";
    expect(archive.startsWith(layout.cacheDir)).toBe(true);
    expect(readFileSync(archive, "utf8")).toBe("classes");
    expect(readdirSync(join(archive, ".."))).toEqual(["kafka.jsa"]);
    expect(readdirSync(join(draft, ".."))).toEqual([]);
    expect(fileOf(WRITE, "kafka")).toBeUndefined();
    expect(jvmToolArgs(jvmOf())).toContain(`${USE}${archive}`);
    expect(await adoptArchive(layout, "kafka")).toBe(false);
  });

  it("is not used for another server, nor with another Java or other jars", async () => {
    leaveArchive("connect", "classes");
    await adoptArchive(layout, "connect");
    expect(fileOf(USE, "connect")).toBeDefined();
    expect(fileOf(USE, "kafka")).toBeUndefined();
    expect(fileOf(USE, "connect", jvmOf({ archiveKey: "ffffffff" }))).toBeUndefined();
  });

  it("takes the place of an older one", async () => {
    const draft = leaveArchive("kafka", "old");
    await adoptArchive(layout, "kafka");
    writeFileSync(draft, "new");
    await adoptArchive(layout, "kafka");
    expect(readFileSync(fileOf(USE, "kafka") ?? "", "utf8")).toBe("new");
  });

  it("is dropped where the server may not have written it to its end", async () => {
    leaveArchive("kafka", "half");
    await dropArchiveDraft(layout, "kafka");
    expect(await adoptArchive(layout, "kafka")).toBe(false);
    expect(fileOf(USE, "kafka")).toBeUndefined();
  });

  it("is not taken from other files, which stay", async () => {
    const settings = join(serverDir(layout, "connect"), "connect-distributed.properties");
    writeFileSync(settings, "");
    expect(await adoptArchive(layout, "connect")).toBe(false);
    await dropArchiveDraft(layout, "connect");
    expect(readdirSync(serverDir(layout, "connect"))).toEqual(["connect-distributed.properties"]);
  });

  it("fails no run where it cannot be moved, nor where the server never ran", async () => {
    leaveArchive("kafka", "classes");
    writeFileSync(layout.cacheDir, "a file in the place of the cache");
    expect(await adoptArchive(layout, "kafka")).toBe(false);
    rmSync(serverDir(layout, "connect"), { recursive: true });
    expect(await adoptArchive(layout, "connect")).toBe(false);
    await expect(dropArchiveDraft(layout, "connect")).resolves.toBeUndefined();
  });
});
