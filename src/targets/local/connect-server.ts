import { notYet, ready } from "../../wait/wait-until.js";
import { fingerprintOf } from "./fingerprint.js";
import { javaProperty } from "./java-property.js";
import { type Jvm, jvmArgs, writeLogSettings } from "./jvm.js";
import { makePasswordFolder, passwordFolder, providerSettings, settingsFileOf } from "./kept-password.js";
import { type Layout, logFile, serverDir } from "./layout.js";
import { type LocalServer, reasonOf } from "./local-server.js";
import type { ChosenPort } from "./ports.js";
import { makePrivateFolder, writePrivateFile } from "./private-files.js";
import { VERSIONS } from "./versions.js";

export interface ConnectOptions {
  readonly clusterId: string;
  readonly kafkaPort: number;
  readonly heapMb: number;
  readonly jvmFlags: "fast" | "stock";
}

/** A Kafka Connect distributed worker with Debezium on loopback. */
export function connectServer(
  layout: Layout,
  findJvm: () => Promise<Jvm & { readonly pluginPath: string }>,
  chosenPort: ChosenPort,
  options: ConnectOptions,
): LocalServer {
  const folder = serverDir(layout, "connect");
  const settingsFile = settingsFileOf(layout);
  const settings = renderConnectSettings(chosenPort.port, options.kafkaPort, passwordFolder(layout));
  const log = logFile(layout, "connect");
  // Without a deadline: a worker that is rebalancing (409) is not ready, and the probe asks again by itself.
  return {
    ...chosenPort,
    server: "connect",
    title: `Kafka Connect ${VERSIONS.kafka}`,
    detail: `Debezium ${VERSIONS.debezium}`,
    fingerprint: fingerprintOf(VERSIONS.kafka, VERSIONS.debezium, options.heapMb, options.jvmFlags, settings),
    logFile: log,
    async process() {
      const jvm = await findJvm();
      const main = "org.apache.kafka.connect.cli.ConnectDistributed";
      return {
        command: jvm.java.path,
        args: [...jvmArgs(jvm, "connect", options.heapMb), main, settingsFile],
        cwd: folder,
        env: { PATH: "/usr/bin:/bin" },
        logFile: log,
        user: layout.user,
      };
    },
    async writeFiles() {
      const { pluginPath } = await findJvm();
      await makePrivateFolder(folder, layout.user);
      await makePasswordFolder(layout);
      await writePrivateFile(
        settingsFile,
        `${settings}plugin.path=${javaProperty(pluginPath)}\n`,
        layout.user,
      );
      await writeLogSettings(layout, "connect");
    },
    async probe(signal) {
      try {
        // Loaded here, while the servers start: it takes a while.
        const { createConnectClient } = await import("../../clients/connect/create-connect-client.js");
        // While Kafka is away a worker answers nobody for a while: who gives up meanwhile does not wait for that.
        const client = createConnectClient(
          { url: `http://127.0.0.1:${chosenPort.port}` },
          signal === undefined ? {} : { signal },
        );
        const health = await client.health();
        if (!health.healthy) return notYet(health.message);
        const { kafka_cluster_id: found } = await client.clusterInfo();
        return found === options.clusterId
          ? ready(undefined)
          : notYet(`the worker on this port belongs to the cluster ${found}`);
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

export function renderConnectSettings(port: number, kafkaPort: number, passwords: string): string {
  return `# Written by cdc-pipeline at each start.
bootstrap.servers=127.0.0.1:${kafkaPort}
listeners=http://127.0.0.1:${port}
rest.advertised.host.name=127.0.0.1
rest.advertised.port=${port}
group.id=cdc-pipeline
config.storage.topic=connect_configs
offset.storage.topic=connect_offsets
status.storage.topic=connect_statuses
config.storage.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
offset.storage.partitions=1
status.storage.partitions=1
key.converter=org.apache.kafka.connect.json.JsonConverter
value.converter=org.apache.kafka.connect.json.JsonConverter
# PostgreSQL may forget WAL only when an offset is on disk: often, so that little is kept.
offset.flush.interval.ms=5000
# The broker starts beside this worker: asked again often, so that no second is lost.
reconnect.backoff.max.ms=50
# The only worker: when it comes back nobody else is waited for.
scheduled.rebalance.max.delay.ms=0
plugin.discovery=service_load
${providerSettings(passwords)}`;
}
