import { randomUUID } from "node:crypto";
import { chmod, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { CdcError } from "../../errors.js";
import { packagePath } from "../../package-root.js";
import { exists, fillCache } from "./cache.js";
import { findCutOffJars } from "./cut-off-jars.js";
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

/**
 * Kafka, Kafka Connect and Debezium from the cache; resolved by Maven the first time.
 * @throws CdcError MAVEN_MISSING, MAVEN_FAILED, PATH_NOT_WRITABLE
 */
export async function ensureJars(
  cacheDir: string,
  { signal, update }: { readonly signal: AbortSignal; readonly update: (message: string) => void },
): Promise<Jars> {
  const name = `servers-kafka-${VERSIONS.kafka}-debezium-${VERSIONS.debezium}`;
  await dropDamaged(join(cacheDir, name), update);
  const { folder, created } = await fillCache(cacheDir, name, (draft) =>
    resolveWithMaven(draft, signal, update),
  );
  const libs = join(folder, "libs");
  const jars = (await readdir(libs)).filter((file) => file.endsWith(".jar")).sort();
  return {
    classPath: jars.map((jar) => join(libs, jar)).join(":"),
    pluginPath: join(folder, "plugins"),
    createdAtMs: (await stat(libs)).mtimeMs,
    created,
  };
}

/** A folder with a jar that is cut off is made anew. Moved away first: servers of other projects may run from it. */
async function dropDamaged(folder: string, update: (message: string) => void): Promise<void> {
  if (!(await exists(folder))) return;
  const [first] = await findCutOffJars(folder);
  if (first === undefined) return;
  update(`${join(folder, first)} is cut off; all jars are resolved anew`);
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
