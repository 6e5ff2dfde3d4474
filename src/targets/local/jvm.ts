import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { packagePath } from "../../package-root.js";
import type { Java } from "./java.js";
import { type Layout, logFile, serverDir } from "./layout.js";
import { VERSIONS } from "./versions.js";

export type JvmServer = "kafka" | "connect";

export interface Jvm {
  readonly java: Java;
  readonly classPath: string;
  readonly layout: Layout;
  /** `fast` starts in a third of the time of `stock`, see docs/adr/0003-jvm-start-up.md. */
  readonly flags: "fast" | "stock";
}

/** The arguments of `java` before the main class. */
export function jvmArgs(jvm: Jvm, server: JvmServer, heapMb: number): string[] {
  return [
    `-Xmx${heapMb}m`,
    ...(jvm.flags === "fast"
      ? ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", ...archiveArgs(jvm, server)]
      : []),
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    `-Dlog4j2.configurationFile=${packagePath("servers/log4j2.properties")}`,
    `-Dcdc.log=${logFile(jvm.layout, server)}`,
    "-cp",
    jvm.classPath,
  ];
}

/**
 * With a class-data archive in the cache: use it. Without: the JVM writes one when it ends, and
 * `adoptArchive` moves it to the cache; so it holds just the classes that real work needs.
 */
function archiveArgs(jvm: Jvm, server: JvmServer): string[] {
  const archive = archiveFile(jvm, server);
  return existsSync(archive)
    ? [`-XX:SharedArchiveFile=${archive}`, "-Xshare:auto", "-Xlog:disable"]
    : [`-XX:ArchiveClassesAtExit=${draftFile(jvm.layout, server, jvm.java.version)}`, "-Xlog:disable"];
}

const archiveFolder = (cacheDir: string, javaVersion: string): string =>
  join(cacheDir, `classes-java-${javaVersion}-kafka-${VERSIONS.kafka}-debezium-${VERSIONS.debezium}`);

/** An archive only fits the JVM and the class path that it was made with. */
export const archiveFile = (jvm: Jvm, server: JvmServer): string =>
  join(archiveFolder(jvm.layout.cacheDir, jvm.java.version), `${server}.jsa`);

const DRAFT = /^classes-java-(.+)\.jsa$/;
const draftFile = (layout: Layout, server: JvmServer, javaVersion: string): string =>
  join(serverDir(layout, server), `classes-java-${javaVersion}.jsa`);

/** Moves the archive that a server wrote when it ended into the cache. Call only while that server is down. */
export async function adoptArchive(layout: Layout, server: JvmServer): Promise<boolean> {
  const folder = serverDir(layout, server);
  for (const file of await readdir(folder).catch(() => [])) {
    const javaVersion = DRAFT.exec(file)?.[1];
    if (javaVersion === undefined) continue;
    const target = archiveFolder(layout.cacheDir, javaVersion);
    await mkdir(target, { recursive: true });
    const draft = join(target, `.${server}-${process.pid}`);
    await copyFile(join(folder, file), draft);
    await rename(draft, join(target, `${server}.jsa`));
    await rm(join(folder, file), { force: true });
    return true;
  }
  return false;
}
