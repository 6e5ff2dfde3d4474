import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import { quoteIdentifier, withPostgres } from "../../clients/postgres.js";
import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../stages/run-stage.js";
import { type Deployment, type ServerName, SERVERS } from "../target.js";
import { connectServer } from "./connect-server.js";
import { dropArchiveDraft } from "./jvm.js";
import { formattedMark, kafkaServer } from "./kafka-server.js";
import type { Layout } from "./layout.js";
import { localDeployment } from "./local-deployment.js";
import { ensureServer, type LocalServer, STOP } from "./local-server.js";
import { withLock } from "./lock.js";
import { choosePort, type ChosenPort } from "./ports.js";
import { postgresServer } from "./postgres-server.js";
import { isAlive } from "./process-identity.js";
import { stopProcess } from "./server-process.js";
import { readState, StateStore } from "./state.js";
import { makeStateDir } from "./state-dir.js";
import { findTools } from "./tools.js";

/** Brings the three servers up, side by side; those that run as they should are left alone. */
export async function localUp(
  config: Config,
  layout: Layout,
  stage: Stage,
  context: Context,
): Promise<Deployment> {
  await makeStateDir(layout);
  return withLock(layout.stateDir, context, async () => {
    const state = readState(layout.stateFile) ?? {
      version: 1 as const,
      clusterId: await recoverClusterId(layout),
      servers: {},
    };
    const store = new StateStore(layout.stateFile, state);
    const running = await runningServers(store);
    const ports = await choosePorts(config, store, running, context);
    const deployment = localDeployment(config, {
      postgres: ports.postgres.port,
      kafka: ports.kafka.port,
      connect: ports.connect.port,
    });
    const servers = planServers(
      config,
      layout,
      store,
      ports,
      deployment,
      findTools(layout, config.local, stage, context),
    );
    await startAll(servers, running, store, stage, context, layout);
    await ensureAdminDatabase(deployment, stage);
    return deployment;
  });
}

function planServers(
  config: Config,
  layout: Layout,
  store: StateStore,
  ports: Readonly<Record<ServerName, ChosenPort>>,
  deployment: Deployment,
  tools: ReturnType<typeof findTools>,
): LocalServer[] {
  const { kafkaHeapMb, connectHeapMb, jvmFlags } = config.local;
  const { clusterId, controllerPort = 0 } = store.state;
  return [
    postgresServer(layout, tools.postgresBinaries, deployment.endpoints.postgres, ports.postgres),
    kafkaServer(layout, tools.jvm, ports.kafka, { clusterId, controllerPort, heapMb: kafkaHeapMb, jvmFlags }),
    connectServer(layout, tools.jvm, ports.connect, {
      clusterId,
      kafkaPort: ports.kafka.port,
      heapMb: connectHeapMb,
      jvmFlags,
    }),
  ];
}

/** Starts all of them at once: a worker waits for its broker by itself. One failure ends what this run started. */
async function startAll(
  servers: readonly LocalServer[],
  running: ReadonlySet<ServerName>,
  store: StateStore,
  stage: Stage,
  context: Context,
  layout: Layout,
): Promise<void> {
  for (const server of ["kafka", "connect"] as const) {
    if (!running.has(server)) await dropArchiveDraft(layout, server);
  }
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const results = await Promise.allSettled(
    servers.map((server) =>
      stage
        .step(server.title, (update) => ensureServer(server, store, { ...context, signal }, update))
        .catch((error: unknown) => {
          failed.abort(error);
          throw error;
        }),
    ),
  );
  if (results.every(({ status }) => status === "fulfilled")) return;
  for (const { server } of servers) {
    const record = store.state.servers[server];
    if (record === undefined || running.has(server)) continue;
    await stopProcess(record.process, STOP[server]);
    store.setServer(server, undefined);
  }
  throw failed.signal.reason;
}

async function runningServers(store: StateStore): Promise<ReadonlySet<ServerName>> {
  const running = new Set<ServerName>();
  for (const server of SERVERS) {
    const record = store.state.servers[server];
    if (record !== undefined && (await isAlive(record.process))) running.add(server);
  }
  return running;
}

const LABELS: Readonly<Record<ServerName, string>> = {
  postgres: "PostgreSQL",
  kafka: "Kafka",
  connect: "Kafka Connect",
};

async function choosePorts(
  config: Config,
  store: StateStore,
  running: ReadonlySet<ServerName>,
  context: Context,
): Promise<Record<ServerName, ChosenPort>> {
  const { postgresPort, kafkaPort, connectPort } = config.local;
  const choose = async (server: ServerName, requested: number) => {
    const record = store.state.servers[server];
    const chosen = await choosePort(requested, record, running.has(server));
    if (chosen.port !== requested && chosen.port !== record?.port) {
      const message = `port ${requested} is taken by another program; ${LABELS[server]} gets ${chosen.port}`;
      context.report({ type: "notice", message });
    }
    return chosen;
  };
  const postgres = await choose("postgres", postgresPort);
  const kafka = await choose("kafka", kafkaPort);
  const connect = await choose("connect", connectPort);
  if (!running.has("kafka")) {
    const wish = store.state.controllerPort ?? kafka.port + 1;
    store.update({ controllerPort: (await choosePort(wish, undefined, false)).port });
  }
  return { postgres, kafka, connect };
}

async function ensureAdminDatabase(deployment: Deployment, stage: Stage): Promise<void> {
  const { postgres } = deployment.endpoints;
  await stage.step(`admin database ${postgres.adminDatabase}`, () =>
    withPostgres(postgres, "postgres", async (client) => {
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [
        postgres.adminDatabase,
      ]);
      if (rowCount !== 0) return outcome("unchanged");
      await client.query(`CREATE DATABASE ${quoteIdentifier(postgres.adminDatabase)}`);
      return outcome("created");
    }),
  );
}

/** A lost state file must not orphan the data: Kafka's was formatted with the id that `formatted` holds. */
async function recoverClusterId(layout: Layout): Promise<string> {
  const id = await readFile(formattedMark(layout), "utf8").catch(() => "");
  return id.trim() === "" ? newClusterId() : id.trim();
}

/** 16 random bytes as Kafka writes ids: base64 for URLs, without padding. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    // A leading dash would look like an option to Kafka's own tools.
    if (!id.startsWith("-")) return id;
  }
}
