import { randomUUID } from "node:crypto";
import { chmod, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { execa } from "execa";

import { CdcError } from "../../errors.js";
import { packagePath } from "../../package-root.js";
import { shellWord } from "../../shell-words.js";
import { exists, fillCache } from "./cache.js";
import { findCutOffJars } from "./cut-off-jars.js";
import {
  compareChecksums,
  hashJars,
  type JarChecksums,
  type JarDifference,
  readChecksums,
} from "./jar-checksums.js";
import { VERSIONS } from "./versions.js";

export interface Jars {
  /** The class path of broker and worker, in a fixed order: a class-data archive fits only the same one. */
  readonly classPath: string;
  /** Kafka Connect's `plugin.path`, with Debezium in it. */
  readonly pluginPath: string;
  /** When the jars were put there, in milliseconds since 1970. */
  readonly createdAtMs: number;
  readonly created: boolean;
}

interface JarOptions {
  readonly signal: AbortSignal;
  readonly update: (message: string) => void;
  /** What each jar must be; the package's own list where it is not given. */
  readonly checksums?: JarChecksums;
}

/**
 * Kafka, Kafka Connect and Debezium from the cache; resolved by Maven the first time. Nothing runs from jars that are not
 * those of the list, wherever they came from.
 * @throws CdcError MAVEN_MISSING, MAVEN_FAILED, JARS_DIFFER, PATH_NOT_WRITABLE
 */
export async function ensureJars(cacheDir: string, { signal, update, checksums }: JarOptions): Promise<Jars> {
  const expected = checksums ?? (await readChecksums());
  const name = `servers-kafka-${VERSIONS.kafka}-debezium-${VERSIONS.debezium}`;
  const kept = join(cacheDir, name);
  if (await exists(kept)) await checkKept(kept, expected, update);
  const { folder, created } = await fillCache(cacheDir, name, async (draft) => {
    await resolveWithMaven(draft, signal, update);
    refuseOthers(compareChecksums(expected, await hashJars(draft)), (path) => ({
      where: `Maven brought another ${path}`,
      hint: `see where it came from (mirrors in Maven's settings.xml), remove ${basename(path)} from its local repository (~/.m2/repository), and run this again`,
    }));
  });
  const libs = join(folder, "libs");
  const jars = (await readdir(libs)).filter((file) => file.endsWith(".jar")).sort();
  return {
    classPath: jars.map((jar) => join(libs, jar)).join(":"),
    pluginPath: join(folder, "plugins"),
    createdAtMs: (await stat(libs)).mtimeMs,
    created,
  };
}

function refuseOthers(
  different: readonly JarDifference[],
  explain: (path: string) => { readonly where: string; readonly hint: string },
): void {
  const [first] = different;
  if (first === undefined) return;
  const { where, hint } = explain(first.path);
  const more = different.length === 1 ? "" : `, and ${different.length - 1} more`;
  throw new CdcError(
    "JARS_DIFFER",
    `${where}: its SHA-256 should be ${first.expected ?? "(no such jar)"} and is ${first.seen ?? "(not there)"}${more}`,
    { hint, details: { jars: different } },
  );
}

/**
 * A folder in which a jar is cut off or missing is made anew. Moved away first: servers of other projects may run from it.
 * A jar that is whole, and another, is no accident: it is refused.
 * @throws CdcError JARS_DIFFER
 */
async function checkKept(
  folder: string,
  expected: JarChecksums,
  update: (message: string) => void,
): Promise<void> {
  const different = compareChecksums(expected, await hashJars(folder));
  if (different.length === 0) return;
  const cutOff = (await findCutOffJars(folder)).map((path) => `${join(folder, path)} is cut off`);
  const gone = different.filter(({ seen }) => seen === undefined);
  const [first] = [...cutOff, ...gone.map(({ path }) => `${join(folder, path)} is missing`)];
  if (first === undefined) {
    refuseOthers(different, (path) => ({
      where: `${join(folder, path)} is not the jar that was put there`,
      hint: `end what runs from there (cdc-pipeline down), rm -r ${shellWord(folder)}, and run this again`,
    }));
    return;
  }
  update(`${first}; all jars are resolved anew`);
  const aside = `${folder}.damaged-${randomUUID()}`;
  // Another run may have been faster.
  await rename(folder, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

async function resolveWithMaven(
  folder: string,
  signal: AbortSignal,
  update: (message: string) => void,
): Promise<void> {
  const properties = [
    `-Dservers.directory=${folder}`,
    `-Dkafka.version=${VERSIONS.kafka}`,
    `-Ddebezium.version=${VERSIONS.debezium}`,
  ];
  const maven = execa("mvn", ["-B", "-f", packagePath("servers/pom.xml"), ...properties, "package"], {
    cancelSignal: signal,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  let downloads = 0;
  const errors: string[] = [];
  void (async () => {
    for await (const line of maven.iterable({ from: "all" })) {
      if (/Downloaded from .*\.(jar|gz) /.test(line)) update(`${++downloads} files downloaded`);
      if (line.includes("[ERROR]")) errors.push(line.replace(/.*\[ERROR\]\s*/, ""));
    }
  })().catch(() => undefined);
  const result = await maven;
  signal.throwIfAborted();
  if (result.code === "ENOENT") {
    throw new CdcError(
      "MAVEN_MISSING",
      "there is no mvn on the PATH; it fetches the jars of Kafka and Debezium once",
      {
        hint: "install Maven (Debian, Ubuntu: apt-get install maven; macOS: brew install maven) and run this again",
      },
    );
  }
  if (result.failed) {
    const why = errors.find((line) => line !== "") ?? result.all.trim().split("\n").at(-1) ?? "no output";
    throw new CdcError("MAVEN_FAILED", `mvn could not resolve the jars of Kafka and Debezium: ${why}`, {
      hint: `see all of it: mvn -f ${packagePath("servers/pom.xml")} -Dservers.directory=/tmp/servers package`,
    });
  }
  await chmod(folder, 0o755);
}
