import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import type { JarChecksums } from "../../../../src/targets/local/jar-checksums.js";
import { ensureJars } from "../../../../src/targets/local/jars.js";
import { VERSIONS } from "../../../../src/targets/local/versions.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();

const cacheDir = () => join(sandbox.folder, "cache");

/** Puts a script in the place of Maven; it finds its target folder in $target. */
async function fakeMaven(script: string): Promise<void> {
  const bin = join(sandbox.folder, "bin");
  await mkdir(bin);
  await writeFile(
    join(bin, "mvn"),
    `#!/bin/sh
PATH=/usr/bin:/bin
echo "$@" >> ${join(sandbox.folder, "calls")}
for option in "$@"; do
  case "$option" in -Dservers.directory=*) target="\${option#*=}";; esac
done
${script}
`,
  );
  await chmod(join(bin, "mvn"), 0o755);
  vi.stubEnv("PATH", bin);
}

async function resolveJars(controller = new AbortController(), checksums: JarChecksums = CHECKSUMS) {
  const updates: string[] = [];
  const { signal } = controller;
  const jars = await ensureJars(cacheDir(), {
    signal,
    update: (message) => updates.push(message),
    checksums,
  });
  return { jars, updates };
}

const EMPTY_ARCHIVE = `PK\x05\x06${"0".repeat(18)}`;
const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");
const CHECKSUMS: JarChecksums = new Map(
  ["libs/kafka_2.13.jar", "libs/zstd.jar"].map((path) => [path, sha256(EMPTY_ARCHIVE)]),
);
const FOLDER = `servers-kafka-${VERSIONS.kafka}-debezium-${VERSIONS.debezium}`;

const SUCCESS = `
echo "Downloaded from central: https://repo.test/kafka/kafka_2.13/kafka_2.13.pom (2 kB at 1 MB/s)"
echo "Downloaded from central: https://repo.test/kafka/kafka_2.13/kafka_2.13.jar (5 MB at 1 MB/s)"
echo "Downloaded from central: https://repo.test/debezium/plugin.tar.gz (9 MB at 1 MB/s)"
mkdir -p "$target/libs" "$target/plugins"
# Empty archives: their directory, and nothing else.
for jar in zstd kafka_2.13; do printf 'PK\\005\\006%018d' 0 > "$target/libs/$jar.jar"; done
touch "$target/libs/README"
`;

describe("the jars of Kafka and Debezium", () => {
  it("are resolved by Maven once and then found, in a fixed order", async () => {
    await fakeMaven(SUCCESS);
    const folder = join(cacheDir(), FOLDER);
    const { jars, updates } = await resolveJars();
    expect(jars).toMatchObject({
      classPath: `${join(folder, "libs", "kafka_2.13.jar")}:${join(folder, "libs", "zstd.jar")}`,
      pluginPath: join(folder, "plugins"),
      created: true,
    });
    await expect.poll(() => updates).toEqual(["1 files downloaded", "2 files downloaded"]);

    expect((await resolveJars()).jars).toEqual({ ...jars, created: false });
    const calls = (await readFile(join(sandbox.folder, "calls"), "utf8")).trim().split("\n");
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain(`-Dkafka.version=${VERSIONS.kafka}`);
    expect(calls[0]).toContain(`-Ddebezium.version=${VERSIONS.debezium}`);
    expect(readdirSync(cacheDir())).toEqual([FOLDER]);
  });

  it("are refused where Maven brings another one, of which nothing is kept", async () => {
    await fakeMaven(`${SUCCESS}\nprintf 'PK\\005\\006%018d' 1 > "$target/libs/zstd.jar"`);
    const error = await catchCdcError(resolveJars());
    expect(error.code).toBe("JARS_DIFFER");
    expect(error.message).toContain("Maven brought another libs/zstd.jar");
    expect(error.message).toContain(`should be ${sha256(EMPTY_ARCHIVE)}`);
    expect(error.message).toContain(`is ${sha256(EMPTY_ARCHIVE.replace(/0$/, "1"))}`);
    expect(error.hint).toContain("zstd.jar");
    expect(readdirSync(cacheDir())).toEqual([]);
  });

  it.each([
    ["was changed in the cache", "libs/zstd.jar", EMPTY_ARCHIVE.replace(/0$/, "1")],
    ["was put beside them", "plugins/other.jar", EMPTY_ARCHIVE],
  ])("are refused where one %s, which stays for somebody to look at", async (_what, path, content) => {
    await fakeMaven(SUCCESS);
    await resolveJars();
    const jar = join(cacheDir(), FOLDER, path);
    await writeFile(jar, content);
    const error = await catchCdcError(resolveJars());
    expect(error.code).toBe("JARS_DIFFER");
    expect(error.message).toContain(`${jar} is not the jar that was put there`);
    expect(error.message).toContain(sha256(content));
    expect(error.hint).toContain(`rm -r ${join(cacheDir(), FOLDER)}`);
    expect(await readFile(jar, "utf8")).toBe(content);
  });

  it("are resolved anew where one is missing", async () => {
    await fakeMaven(SUCCESS);
    await resolveJars();
    await rm(join(cacheDir(), FOLDER, "libs/zstd.jar"));
    const { jars, updates } = await resolveJars();
    expect(jars.created).toBe(true);
    expect(updates[0]).toMatch(/zstd\.jar is missing; all jars are resolved anew$/);
  });

  it("cannot be had without Maven, which is told with how to install it", async () => {
    vi.stubEnv("PATH", sandbox.folder);
    const error = await catchCdcError(resolveJars());
    expect(error.code).toBe("MAVEN_MISSING");
    expect(error.hint).toContain("install Maven");
    expect(readdirSync(cacheDir())).toEqual([]);
  });

  it("cannot be had when Maven fails, which is told with its first error", async () => {
    await fakeMaven(`
echo "[INFO] BUILD FAILURE"
echo "[ERROR] Failed to execute goal on project servers: Could not transfer artifact kafka_2.13.jar"
echo "[ERROR] "
echo "[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch."
exit 1`);
    const error = await catchCdcError(resolveJars());
    expect(error.code).toBe("MAVEN_FAILED");
    expect(error.message).toMatch(/Failed to execute goal on project servers: Could not transfer artifact/);
    expect(error.hint).toContain("mvn -f");
    expect(readdirSync(cacheDir())).toEqual([]);
  });

  it("cannot be had when Maven fails without an error line, which is told with its last one", async () => {
    await fakeMaven("echo one; echo 'The JAVA_HOME environment variable is not defined correctly'; exit 1");
    const error = await catchCdcError(resolveJars());
    expect(error.code).toBe("MAVEN_FAILED");
    expect(error.message).toMatch(/JAVA_HOME environment variable is not defined correctly$/);
  });

  it("are resolved by the next run after one that failed", async () => {
    await fakeMaven(`if [ ! -e ${join(sandbox.folder, "failed")} ]; then
  mkdir -p "$target/libs"; touch "$target/libs/half.jar" ${join(sandbox.folder, "failed")}; exit 1
fi
${SUCCESS}`);
    await catchCdcError(resolveJars());
    const { jars } = await resolveJars();
    expect(jars.created).toBe(true);
    expect(jars.classPath).not.toContain("half.jar");
  });

  it("are not waited for after an interrupt, and Maven is ended", async () => {
    await fakeMaven(`echo working; exec sleep 60 # ${sandbox.folder}`);
    const controller = new AbortController();
    const resolving = resolveJars(controller);
    resolving.catch(() => undefined);
    await expect.poll(() => readdirSync(sandbox.folder)).toContain("calls");
    const abortedMs = performance.now();
    controller.abort(new DOMException("interrupted", "AbortError"));
    await expect(resolving).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - abortedMs).toBeLessThan(3_000);
    expect(readdirSync(cacheDir())).toEqual([]);
  });
});
