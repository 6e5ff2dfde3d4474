import { type Check, defineCheck } from "../check.js";
import { POSTGRES_CONNECTOR } from "../debezium-setting.js";
import { isOlder } from "../is-older.js";

/* Whether the Kafka Connect worker can do what is asked of it. */

const unreachable = defineCheck({
  code: "CONNECT_UNREACHABLE",
  severity: "error",
  scope: "server",
  needs: ["reach"],
  title: "Kafka Connect answers",
  why: "Without a worker nothing reads PostgreSQL, and every slot keeps WAL meanwhile.",
  remedy: "Start the worker, or correct `connect.url`.",
  look: ({ reach }) =>
    reach.connect === undefined
      ? []
      : [{ seen: reach.connect, fix: { kind: "command", command: "cdc-pipeline status" } }],
});

const unhealthy = defineCheck({
  code: "CONNECT_UNHEALTHY",
  severity: "error",
  scope: "server",
  needs: ["connect"],
  title: "Kafka Connect says that it is healthy",
  why: "A worker that is not healthy does not start connectors or take changes to them: mostly it has lost its Kafka cluster or its group.",
  remedy: "Read the worker's log; it names what it waits for.",
  look: ({ connect }) =>
    connect.isHealthy
      ? []
      : [{ seen: connect.healthMessage, fix: { kind: "command", command: "cdc-pipeline logs connect" } }],
});

const connectVersion = defineCheck({
  code: "CONNECT_VERSION_OLD",
  severity: "warning",
  scope: "server",
  needs: ["connect"],
  title: "Kafka Connect can show and reset offsets",
  why: "Before 3.6 a connector's offset cannot be reset, and before 3.5 not be read: an offset that does not fit its slot is not seen here, and can only be put right by another connector name.",
  remedy:
    "Upgrade the workers to Kafka 3.6 or newer; older and newer workers may run side by side meanwhile.",
  look: ({ connect: { version } }) =>
    isOlder(version, "3.6")
      ? [
          {
            seen: `Kafka Connect ${version}`,
            fix: { kind: "advice", text: "upgrade the Connect workers to Kafka 3.6 or newer" },
          },
        ]
      : [],
});

const pluginMissing = defineCheck({
  code: "PLUGIN_MISSING",
  severity: "error",
  scope: "server",
  needs: ["connect"],
  title: "Kafka Connect has Debezium's PostgreSQL connector",
  why: "Without the plugin no connector for PostgreSQL can be registered, and one that is there fails at its next start.",
  remedy: "Put the plugin's folder below the workers' `plugin.path` and restart them.",
  look: ({ connect: { plugins } }) => {
    if (plugins.some((plugin) => plugin.class === POSTGRES_CONNECTOR)) return [];
    const others = plugins.map((plugin) => plugin.class).join(", ");
    const text = `put Debezium's PostgreSQL plugin below plugin.path of every worker, and restart them`;
    return [
      {
        object: POSTGRES_CONNECTOR,
        seen: `not among the plugins: ${others === "" ? "there is none" : others}`,
        fix: { kind: "advice", text },
      },
    ];
  },
});

const pluginVersion = defineCheck({
  code: "PLUGIN_VERSION_OLD",
  severity: "error",
  scope: "server",
  needs: ["connect"],
  title: "Debezium is 3.7 or newer",
  why: "Bugs that silently lose rows after a restart (several rows of one COPY with the same LSN, transactions that were in progress) are mended only in 3.7. Before 2.0 Debezium does not know `topic.prefix`, and a connector made here fails.",
  remedy: "Install the plugin 3.7 or newer on every worker. Until then compare the rows after each restart.",
  look: ({ connect: { plugins } }) => {
    const version = plugins.find((plugin) => plugin.class === POSTGRES_CONNECTOR)?.version ?? "";
    if (version === "" || !isOlder(version, "3.7")) return [];
    return [
      {
        severity: isOlder(version, "2.0") ? "error" : "warning",
        object: POSTGRES_CONNECTOR,
        seen: `Debezium ${version}`,
        fix: { kind: "advice", text: "install Debezium 3.7 or newer on every worker, and restart them" },
      },
    ];
  },
});

const otherCluster = defineCheck({
  code: "KAFKA_CLUSTER_DIFFERS",
  severity: "error",
  scope: "server",
  needs: ["connect", "kafka"],
  title: "Kafka Connect writes to the Kafka cluster that is looked at",
  why: "Events go to another cluster than the one whose brokers are configured: `verify` waits in vain, and what is said here of topics is of the wrong cluster.",
  remedy: "Correct `kafka.brokers` or `connect.url`, so that both are of one cluster.",
  look: ({ connect, kafka, settings: { brokers } }) =>
    connect.kafkaClusterId === kafka.clusterId
      ? []
      : [
          {
            seen: `Kafka Connect uses cluster ${connect.kafkaClusterId}; ${brokers.join(", ")} is cluster ${kafka.clusterId}`,
            fix: { kind: "advice", text: "correct kafka.brokers or connect.url in cdc-pipeline.yaml" },
          },
        ],
});

export const CONNECT_CHECKS: readonly Check[] = [
  unreachable,
  unhealthy,
  pluginMissing,
  pluginVersion,
  otherCluster,
  connectVersion,
];
