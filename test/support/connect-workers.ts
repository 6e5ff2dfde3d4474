import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import type { Stage } from "../../src/run-stage.js";
import { fillCache } from "../../src/targets/local/cache.js";
import { recoverClusterId } from "../../src/targets/local/cluster-id.js";
import { connectServer } from "../../src/targets/local/connect-server.js";
import type { Jvm } from "../../src/targets/local/jvm.js";
import { kafkaServer } from "../../src/targets/local/kafka-server.js";
import { type Layout, planLayout } from "../../src/targets/local/layout.js";
import type { LocalServer } from "../../src/targets/local/local-server.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import { makeStateDir } from "../../src/targets/local/state-dir.js";
import { findTools } from "../../src/targets/local/tools.js";
import { VERSIONS } from "../../src/targets/local/versions.js";
import { freePort } from "./free-port.js";
import { makeSandbox, removeSandbox } from "./leaks.js";
import { ServerUnderTest } from "./server-under-test.js";
import { createStageRecorder } from "./stage.js";

/** Reads a file: a connector that needs no server beside Kafka. It is in no folder of the program itself. */
export const FILE_SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector";

const HEAP_MB = 256;

export interface ConnectWorker extends ServerUnderTest {
  readonly url: string;
}

export interface ConnectWorkers {
  /** A folder that the workers can read. */
  readonly folder: string;
  readonly brokers: readonly string[];
  readonly kafka: ServerUnderTest;
  /** At least one. All in one group, each on a port of its own. */
  readonly workers: readonly [ConnectWorker, ...ConnectWorker[]];
  /** Kills what runs, and fails if anything is left then. */
  close(): Promise<void>;
}

/** Starts a Kafka and workers of the pinned version on loopback; all of them answer when it returns. */
export async function startConnectWorkers(count = 1): Promise<ConnectWorkers> {
  const folder = await makeSandbox();
  const servers: ServerUnderTest[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await removeSandbox(folder);
  };
  try {
    const broker = await planServer(join(folder, "broker"));
    const clusterId = await recoverClusterId(broker.layout);
    const [port, controllerPort] = [await freePort(), await freePort()];
    const settings = { clusterId, controllerPort, heapMb: HEAP_MB, jvmFlags: "fast" } as const;
    const kafka = new ServerUnderTest(
      kafkaServer(broker.layout, broker.jvm, { port, requestedPort: port }, settings),
    );
    servers.push(kafka);
    const workers: ConnectWorker[] = [];
    for (let number = 1; number <= count; number += 1) {
      workers.push(await planWorker(join(folder, `worker-${number}`), { clusterId, kafkaPort: port }));
    }
    servers.push(...workers);
    await Promise.all(servers.map((server) => server.start()));
    const [first, ...others] = workers;
    if (first === undefined) throw new Error("at least one worker is needed");
    return { folder, brokers: [`127.0.0.1:${port}`], kafka, workers: [first, ...others], close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

async function planWorker(
  folder: string,
  { clusterId, kafkaPort }: { readonly clusterId: string; readonly kafkaPort: number },
): Promise<ConnectWorker> {
  const { layout, jvm } = await planServer(folder);
  const port = await freePort();
  const findJvm = async () => {
    const found = await jvm();
    return { ...found, pluginPath: `${found.pluginPath},${await ensureFileConnectors(layout.cacheDir)}` };
  };
  const settings = { clusterId, kafkaPort, heapMb: HEAP_MB, jvmFlags: "fast" } as const;
  const server: LocalServer = connectServer(layout, findJvm, { port, requestedPort: port }, settings);
  return Object.assign(new ServerUnderTest(server), { url: `http://127.0.0.1:${port}` });
}

interface PlannedFolder {
  readonly layout: Layout;
  readonly jvm: () => Promise<Jvm & { readonly pluginPath: string }>;
}

/** Each server has a folder of its own: what the program keeps once a directory. */
async function planServer(folder: string): Promise<PlannedFolder> {
  const layout = await planLayout(folder, undefined, await findServiceUser());
  await makeStateDir(layout);
  const stage: Stage = { step: async (_name, work) => (await work(() => undefined)).value };
  const { jvm } = findTools(layout, { jvmFlags: "fast" }, stage, createStageRecorder().context);
  return { layout, jvm };
}

/** Kafka's connectors of files, which the program itself does not need: resolved by Maven the first time. */
async function ensureFileConnectors(cacheDir: string): Promise<string> {
  const { folder } = await fillCache(cacheDir, `test-connectors-${VERSIONS.kafka}`, async (draft) => {
    const pom = await readFile(new URL("../../servers/pom.xml", import.meta.url), "utf8");
    const plugin = /<artifactId>maven-dependency-plugin<\/artifactId>\s*<version>([^<]+)</.exec(pom)?.[1];
    const goal = `org.apache.maven.plugins:maven-dependency-plugin:${plugin}:copy`;
    const artifact = `-Dartifact=org.apache.kafka:connect-file:${VERSIONS.kafka}`;
    await execa("mvn", ["-B", goal, artifact, `-DoutputDirectory=${join(draft, "connect-file")}`]);
  });
  return folder;
}
