import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { packagePath } from "../../package-root.js";
import type { Java } from "./java.js";
import { type Layout, logFile, serverDir } from "./layout.js";
import { writePrivateFile } from "./private-files.js";

export type JvmServer = "kafka" | "connect";

export interface Jvm {
  readonly java: Java;
  readonly classPath: string;
  readonly layout: Layout;
  /** What a class-data archive must have been made with to fit: this very Java and these very jars. */
  readonly archiveKey: string;
  /** `fast` starts in less than half the time of `stock`, see docs/adr/0003-jvm-start-up.md. */
  readonly flags: "fast" | "stock";
}

/** Without a locale of UTF-8 a JVM opens no path that is not ASCII. */
export const JVM_LOCALE = { LC_ALL: "C.UTF-8" } as const;

/** The arguments of `java` before the main class. */
export function jvmArgs(jvm: Jvm, server: JvmServer, heapMb: number): string[] {
  return [
    `-Xmx${heapMb}m`,
    ...(jvm.flags === "fast" ? [...QUICK_START, ...archiveArgs(jvm, server)] : []),
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    `-Dlog4j2.configurationFile=${join(serverDir(jvm.layout, server), LOG_SETTINGS)}`,
    `-Dcdc.log=${logFile(jvm.layout, server)}`,
    "-cp",
    jvm.classPath,
  ];
}

/** The arguments for a tool that runs for a second. */
export function jvmToolArgs(jvm: Jvm): string[] {
  if (jvm.flags === "stock") return ["-cp", jvm.classPath];
  const archive = archiveFile(jvm, "kafka");
  const sharing = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`, "-Xlog:disable"] : [];
  return [...QUICK_START, ...sharing, "-cp", jvm.classPath];
}

const QUICK_START = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
const LOG_SETTINGS = "log4j2.properties";

/** Copies the log settings to where the server's user can read them; the package may lie elsewhere. */
export async function writeLogSettings(layout: Layout, server: JvmServer): Promise<void> {
  const settings = await readFile(packagePath(`servers/${LOG_SETTINGS}`), "utf8");
  await writePrivateFile(join(serverDir(layout, server), LOG_SETTINGS), settings, layout.user);
}

/**
 * With a class-data archive in the cache: use it. Without: the JVM writes one when it ends, and
 * `adoptArchive` moves it to the cache; so it holds just the classes that real work needs.
 */
function archiveArgs(jvm: Jvm, server: JvmServer): string[] {
  const archive = archiveFile(jvm, server);
  const draft = join(serverDir(jvm.layout, server), `classes-${jvm.archiveKey}.jsa`);
  return existsSync(archive)
    ? [`-XX:SharedArchiveFile=${archive}`, "-Xshare:auto", "-Xlog:disable"]
    : [`-XX:ArchiveClassesAtExit=${draft}`, "-Xlog:disable"];
}

function archiveFile({ layout, archiveKey }: Jvm, server: JvmServer): string {
  return join(layout.cacheDir, `classes-${archiveKey}`, `${server}.jsa`);
}

const DRAFT = /^classes-(\w+)\.jsa$/;

/**
 * Moves the archive that a server wrote when it ended in good order into the cache. Without one the next
 * start is slower, that is all: so nothing of this may fail a run.
 */
export async function adoptArchive(layout: Layout, server: JvmServer): Promise<boolean> {
  return moveArchive(layout, server).catch(() => false);
}

/** Removes an archive that a server may not have written to its end. */
export async function dropArchiveDraft(layout: Layout, server: JvmServer): Promise<void> {
  const folder = serverDir(layout, server);
  for (const file of await readdir(folder).catch(() => [])) {
    if (DRAFT.test(file)) await rm(join(folder, file), { force: true });
  }
}

async function moveArchive(layout: Layout, server: JvmServer): Promise<boolean> {
  const folder = serverDir(layout, server);
  for (const file of await readdir(folder).catch(() => [])) {
    const archiveKey = DRAFT.exec(file)?.[1];
    if (archiveKey === undefined) continue;
    const target = join(layout.cacheDir, `classes-${archiveKey}`);
    await mkdir(target, { recursive: true });
    const draft = join(target, `.${server}-${process.pid}`);
    await copyFile(join(folder, file), draft);
    // The server's own file is its user's alone; the cache is for all.
    await chmod(draft, 0o644);
    await rename(draft, join(target, `${server}.jsa`));
    await rm(join(folder, file), { force: true });
    return true;
  }
  return false;
}
