import type { ConnectEndpoint } from "../../clients/connect/connect-endpoint.js";
import type { Cluster } from "../../clients/kubernetes/cluster.js";
import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { CdcError, foreseenError } from "../../errors.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import type { Deployment, ServerName } from "../target.js";
import type { KafkaChoice } from "./choose-kafka.js";
import { passwordCommand, withKeptCredentials } from "./credentials.js";
import { findAddress } from "./find-address.js";
import { type K8sSession } from "./k8s-session.js";
import { CONNECT, KAFKA, POSTGRES } from "./manifest.js";
import { openKafka } from "./open-kafka.js";
import { isOurs } from "./plan-object.js";
import { parseServiceAddress } from "./service-address.js";
import { findWorkerPassword } from "./worker-password.js";

/** What `kubectl port-forward` calls the broker's second listener. */
const EXTERNAL_PORT = 9094;
const REST_PORT = 8083;

const POSTGRES_SET = { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: POSTGRES } };

export interface K8sDeployment extends Deployment {
  /** For people: how this process reaches PostgreSQL. */
  readonly way: string;
}

interface FindOptions {
  /** A load balancer that was asked for a moment ago has its address a little later. */
  readonly waitsForAddress?: boolean;
  /** The servers that the caller speaks with. */
  readonly needed?: readonly ServerName[] | undefined;
}

/** The ways to the servers: a load balancer's address where one answers, tunnels through the API server elsewhere. */
export async function findDeployment(
  session: K8sSession,
  choice: KafkaChoice | undefined,
  context: Context,
  { waitsForAddress = false, needed = ["postgres", "kafka", "connect"] }: FindOptions = {},
): Promise<K8sDeployment> {
  const { cluster, kubectl } = session;
  const { namespace } = cluster;
  const [{ config, kept }] = await Promise.all([
    withKeptCredentials(session, context),
    requirePostgres(session),
  ]);
  const [workerPassword, address, kafka, connect] = await Promise.all([
    choice?.kind === "own" ? findWorkerPassword(session, context) : undefined,
    findAddress(cluster, context, waitsForAddress),
    choice !== undefined && needed.includes("kafka")
      ? openKafka(cluster, choice)
      : Promise.resolve({ brokers: [] }),
    choice !== undefined && needed.includes("connect")
      ? openConnect(cluster, choice)
      : Promise.resolve({ url: "" }),
  ]);
  const { host, port } =
    address ?? (await cluster.openTunnel({ kind: "Service", name: POSTGRES, port: 5432 }));
  const { adminUser, adminPassword, adminDatabase } = config.postgres;
  const inCluster = { host: `${POSTGRES}.${namespace}.svc.cluster.local`, port: 5432 };
  const { postgresHost = inCluster.host, postgresPort = inCluster.port } = config.fromConnect;
  const isOwn = choice?.kind === "own";
  const endpoints = {
    postgres: { host, port, adminUser, adminPassword, adminDatabase },
    kafka,
    connect,
  };
  return {
    endpoints,
    postgresFromConnect: { host: postgresHost, port: postgresPort },
    isLoopbackOnly: false,
    keptPassword: () => Promise.resolve(kept.debeziumPassword),
    ...(workerPassword === undefined ? {} : { workerPassword }),
    lasting: {
      postgres: address ?? inCluster,
      kafka: isOwn ? [`${KAFKA}.${namespace}.svc:9092`] : (choice?.kafka.brokers ?? []),
      connect: isOwn ? `http://${CONNECT}.${namespace}.svc:${REST_PORT}` : (choice?.connect.url ?? ""),
      ...(address === undefined ? { psql: `${kubectl} exec -it ${POSTGRES}-0 -- psql` } : {}),
    },
    ways: {
      cuts: () => cluster.cuts(),
      async mended() {
        await cluster.version();
        await waitForPostgres(endpoints.postgres, context);
      },
    },
    reach: [
      ...(address === undefined
        ? [["from here", `${kubectl} port-forward service/${POSTGRES} 5432`] as const]
        : []),
      ...(isOwn
        ? [
            [
              "from here",
              `${kubectl} port-forward statefulset/${KAFKA} ${EXTERNAL_PORT}   (localhost:${EXTERNAL_PORT})`,
            ] as const,
            ["from here", `${kubectl} port-forward service/${CONNECT} ${REST_PORT}`] as const,
          ]
        : []),
      ["password", passwordCommand(kubectl, config.postgres.adminUser)],
    ],
    next: [
      { shell: `${kubectl} get pods`, what: "the pods" },
      ...(isOwn ? [{ own: "logs connect", what: "what Debezium says" }] : []),
      { own: "down", what: "remove the servers; the volumes stay" },
    ],
    way: address === undefined ? "a tunnel through the API server" : `load balancer ${host}:${port}`,
  };
}

/** A pod that ends still counts as ready, so that the server itself is asked. */
async function waitForPostgres(postgres: PostgresEndpoint, { deadline, signal }: Context): Promise<void> {
  await waitUntil({
    probe: async () => {
      try {
        return ready(
          await withPostgres(postgres, postgres.adminDatabase, (client) => client.query("SELECT 1")),
        );
      } catch (error) {
        const { code, message } = foreseenError(error, signal);
        if (code !== "POSTGRES_UNREACHABLE") throw error;
        return notYet(message);
      }
    },
    intervalMs: 500,
    deadline,
    signal,
    onTimeout: (reason) =>
      new CdcError("POSTGRES_UNREACHABLE", `PostgreSQL did not come back in time: ${reason}`, {
        hint: "cdc-pipeline status",
      }),
  });
}

async function requirePostgres({ cluster }: K8sSession): Promise<void> {
  const live = await cluster.read(POSTGRES_SET);
  if (live !== undefined && isOurs(live)) return;
  throw new CdcError(
    "NOT_DEPLOYED",
    `there is no PostgreSQL of cdc-pipeline in namespace ${cluster.namespace} (context ${cluster.context})`,
    { hint: "cdc-pipeline deploy --target k8s" },
  );
}

async function openConnect(cluster: Cluster, choice: KafkaChoice): Promise<ConnectEndpoint> {
  if (choice.kind === "own") {
    const { host, port } = await cluster.openTunnel({ kind: "Service", name: CONNECT, port: REST_PORT });
    return { url: `http://${host}:${port}` };
  }
  const { url, others = [], access } = choice.connect;
  const tunnels = await Promise.all([url, ...others].map((one) => tunnelTo(cluster, one)));
  const [first = url, ...rest] = tunnels;
  const { protocol, hostname } = new URL(url);
  // The certificate is of the service, not of this end of the tunnel.
  const named = protocol === "https:" && first !== url ? { ...access, serverName: hostname } : access;
  return {
    url: first,
    ...(rest.length === 0 ? {} : { others: rest }),
    ...(named === undefined ? {} : { access: named }),
  };
}

/** The URL through a tunnel, where it is one of a service in the cluster. */
async function tunnelTo(cluster: Cluster, address: string): Promise<string> {
  const url = new URL(address);
  const service = parseServiceAddress(url.hostname);
  if (service === undefined) return address;
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const tunnel = await cluster.openTunnel({ ...service, port });
  url.hostname = tunnel.host;
  url.port = String(tunnel.port);
  return url.href.replace(/\/+$/, "");
}
