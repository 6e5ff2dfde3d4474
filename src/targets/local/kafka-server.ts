import { rm } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { CdcError } from "../../errors.js";
import { notYet, ready } from "../../wait/wait-until.js";
import { exists } from "./cache.js";
import { fingerprintOf } from "./fingerprint.js";
import { javaProperty } from "./java-property.js";
import { type Jvm, jvmArgs, jvmToolArgs, writeLogSettings } from "./jvm.js";
import { type Layout, logFile, serverDir } from "./layout.js";
import { type LocalServer, reasonOf } from "./local-server.js";
import type { ChosenPort } from "./ports.js";
import { makePrivateFolder, withPrivateMask, writePrivateFile } from "./private-files.js";
import { VERSIONS } from "./versions.js";

export interface KafkaOptions {
  readonly clusterId: string;
  readonly controllerPort: number;
  readonly heapMb: number;
  readonly jvmFlags: "fast" | "stock";
}

/** A one-node Kafka (KRaft, broker and controller in one) on loopback. */
export function kafkaServer(
  layout: Layout,
  findJvm: () => Promise<Jvm>,
  chosenPort: ChosenPort,
  options: KafkaOptions,
): LocalServer {
  const folder = serverDir(layout, "kafka");
  const data = join(folder, "data");
  const settingsFile = join(folder, "server.properties");
  const settings = renderKafkaSettings(data, chosenPort.port, options.controllerPort);
  const log = logFile(layout, "kafka");
  const brokers = [`127.0.0.1:${chosenPort.port}`];
  return {
    ...chosenPort,
    server: "kafka",
    title: `Kafka ${VERSIONS.kafka}`,
    fingerprint: fingerprintOf(VERSIONS.kafka, options.heapMb, options.jvmFlags, settings),
    logFile: log,
    async process() {
      const jvm = await findJvm();
      return {
        command: jvm.java.path,
        args: [...jvmArgs(jvm, "kafka", options.heapMb), "kafka.Kafka", settingsFile],
        cwd: folder,
        env: { PATH: "/usr/bin:/bin" },
        logFile: log,
        user: layout.user,
      };
    },
    async writeFiles() {
      await makePrivateFolder(folder, layout.user);
      await writePrivateFile(settingsFile, settings, layout.user);
      await writeLogSettings(layout, "kafka");
      await format(layout, await findJvm(), folder, data, settingsFile, options.clusterId);
    },
    async probe() {
      try {
        // Loaded here, while the servers start: it takes a while.
        const { withKafkaAdmin } = await import("../../clients/kafka/with-kafka-admin.js");
        const found = await withKafkaAdmin({ brokers }, (admin) => admin.describeCluster(), {
          connectionTimeoutMs: 1_000,
          retries: 0,
        });
        return found.clusterId === options.clusterId
          ? ready(undefined)
          : notYet(`the broker on this port belongs to the cluster ${found.clusterId}`);
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

/** @throws CdcError PATH_NOT_WRITABLE */
export function renderKafkaSettings(data: string, port: number, controllerPort: number): string {
  if (/[,\p{Cc}]/u.test(data)) {
    throw new CdcError(
      "PATH_NOT_WRITABLE",
      `Kafka cannot keep its data in ${JSON.stringify(data)}: a comma would make two folders of it`,
      { hint: "set stateDir in cdc-pipeline.yaml to a folder without commas and control characters" },
    );
  }
  return `# Written by cdc-pipeline at each start.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
log.dirs=${javaProperty(data)}
# One node: one copy of everything, one partition for the internal topics.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
# Nobody else is going to join a group in the next seconds.
group.initial.rebalance.delay.ms=0
`;
}

/** Holds the cluster's id once the data directory is whole. */
export const formattedMark = (layout: Layout): string => join(serverDir(layout, "kafka"), "formatted");

/** Formats the data directory once; a mark is left when it is whole, and without it it is made anew. */
async function format(
  layout: Layout,
  jvm: Jvm,
  folder: string,
  data: string,
  settingsFile: string,
  clusterId: string,
): Promise<void> {
  const mark = formattedMark(layout);
  if (await exists(mark)) return;
  await rm(data, { recursive: true, force: true });
  const tool = ["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", settingsFile];
  const result = await withPrivateMask(() =>
    execa(jvm.java.path, [...jvmToolArgs(jvm), ...tool], {
      cwd: folder,
      reject: false,
      all: true,
      ...(layout.user === undefined ? {} : { uid: layout.user.uid, gid: layout.user.gid }),
    }),
  );
  if (result.failed) {
    throw new CdcError("SERVER_DIED", `Kafka's data directory could not be made: ${lastLine(result.all)}`);
  }
  await writePrivateFile(mark, clusterId, layout.user);
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "no output";
