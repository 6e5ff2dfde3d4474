import type { Context } from "../../context.js";
import { toCdcError } from "../../errors.js";
import { connectVersion, kafkaCluster, statusByAnswer } from "../ask-servers.js";
import { type ServerName, SERVERS, type ServerStatus } from "../target.js";
import type { KafkaChoice } from "./choose-kafka.js";
import { findDeployment } from "./k8s-deployment.js";
import { chooseServers, type K8sSession } from "./k8s-session.js";
import { isOurs } from "./plan-object.js";
import { type ServerObjects, versionOf, wantedServers } from "./wanted-servers.js";

/** How the servers are: those of this target by their pods, those of others by their answer. */
export async function k8sStatus(session: K8sSession, context: Context): Promise<ServerStatus[]> {
  const choice = await chooseServers(session).then(
    (chosen) => chosen.choice,
    (error: unknown) => {
      if (toCdcError(error).code === "KAFKA_NOT_CHOSEN") return undefined;
      throw error;
    },
  );
  const servers = wantedServers(session.config, choice?.kind === "own");
  const own = await Promise.all(servers.map((server) => statusOfWorkload(session, server)));
  const given = choice?.kind === "given" ? await statusOfGiven(session, choice, context) : [];
  const known = [...own, ...given];
  return SERVERS.map(
    (server) =>
      known.find((status) => status.server === server) ?? {
        server,
        state: "stopped",
        version: "",
        address: "",
      },
  );
}

async function statusOfWorkload(
  { cluster }: K8sSession,
  { server, workload }: ServerObjects,
): Promise<ServerStatus> {
  const live = await cluster.read(workload);
  const address = `${workload.kind} ${workload.metadata.name} in ${cluster.namespace}`;
  if (live === undefined) return { server, state: "stopped", version: "", address: "" };
  const version = versionOf(live);
  if (!isOurs(live)) return { server, state: "foreign", version, address };
  const { readyReplicas = 0, replicas = 0 } = (live.status ?? {}) as {
    readonly readyReplicas?: number;
    readonly replicas?: number;
  };
  const state = readyReplicas > 0 ? "running" : replicas > 0 ? "unreachable" : "stopped";
  return { server, state, version, address };
}

async function statusOfGiven(
  session: K8sSession,
  choice: KafkaChoice,
  context: Context,
): Promise<ServerStatus[]> {
  const { config } = session;
  const { signal } = context;
  const find = (server: ServerName) => findDeployment(session, choice, context, { needed: [server] });
  return Promise.all([
    statusByAnswer(
      "kafka",
      config.kafka.brokers.join(","),
      async () => kafkaCluster(await find("kafka")).then(() => ""),
      signal,
    ),
    statusByAnswer(
      "connect",
      config.connect.url,
      async () => connectVersion(await find("connect"), context),
      signal,
    ),
  ]);
}
