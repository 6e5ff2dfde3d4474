import type { Config } from "../../config/config.js";
import type { Context } from "../../context.js";
import type { Stage } from "../../run-stage.js";
import { ensureAdminDatabase } from "../ensure-admin-database.js";
import { type Deployment, type ServerName } from "../target.js";
import { recoverClusterId } from "./cluster-id.js";
import { dropArchiveDraft } from "./jvm.js";
import type { Layout } from "./layout.js";
import { localDeployment, withWorkerPassword } from "./local-deployment.js";
import { ensureServer, type LocalServer, STOP } from "./local-server.js";
import { withLock } from "./lock.js";
import { planServers } from "./plan-servers.js";
import { dropDraft } from "./recovery/draft.js";
import { runningServers } from "./running-servers.js";
import { stopProcess } from "./server-process.js";
import { type LocalState, readState, StateStore } from "./state.js";
import { makeStateDir } from "./state-dir.js";
import { stopStrays } from "./strays.js";
import { findTools } from "./tools.js";
import { type ChosenPorts, withPorts } from "./with-ports.js";

/** Brings the three servers up, side by side; those that run as they should are left alone. */
export async function localUp(
  config: Config,
  layout: Layout,
  stage: Stage,
  context: Context,
): Promise<Deployment> {
  await makeStateDir(layout);
  return withLock(layout.stateDir, context, async () => {
    const state = readState(layout.stateFile) ?? (await beginAnew(layout, context));
    const store = new StateStore(layout.stateFile, state);
    await dropDraft(layout);
    const running = await runningServers(state);
    return withPorts(config.local, state, running, context.report, (ports) =>
      startServers(config, layout, store, running, ports, stage, context),
    );
  });
}

/** A lost state file must orphan neither the data nor servers that run: nobody else would ever end those. */
async function beginAnew(layout: Layout, context: Context): Promise<LocalState> {
  for (const { server, process: stray } of await stopStrays(layout)) {
    const message = `${server} (pid ${stray.pid}) ran, and no state file named it; it is started again`;
    context.report({ type: "notice", message });
  }
  return { version: 1, clusterId: await recoverClusterId(layout), servers: {} };
}

async function startServers(
  config: Config,
  layout: Layout,
  store: StateStore,
  running: ReadonlySet<ServerName>,
  { servers: ports, controllerPort }: ChosenPorts,
  stage: Stage,
  context: Context,
): Promise<Deployment> {
  const deployment = localDeployment(config, layout, {
    postgres: ports.postgres.port,
    kafka: ports.kafka.port,
    connect: ports.connect.port,
  });
  if (store.state.controllerPort !== controllerPort) store.update({ controllerPort });
  // The first failure ends everything that is under way, a download too.
  const failure = new AbortController();
  const joint = { ...context, signal: AbortSignal.any([context.signal, failure.signal]) };
  const tools = findTools(layout, config.local, stage, joint);
  for (const server of ["kafka", "connect"] as const) {
    if (!running.has(server)) await dropArchiveDraft(layout, server);
  }
  const servers = planServers(config, layout, { ...store.state, controllerPort }, ports, tools);
  const work = { running, store, stage, context: joint, failure };
  await startAll(servers, work, { postgres: () => ensureAdminDatabase(deployment, stage) });
  return withWorkerPassword(deployment, layout);
}

interface StartWork {
  readonly running: ReadonlySet<ServerName>;
  readonly store: StateStore;
  readonly stage: Stage;
  readonly context: Context;
  readonly failure: AbortController;
}

/** Starts all of them at once: a worker waits for its broker by itself. One failure ends what this run started. */
async function startAll(
  servers: readonly LocalServer[],
  { running, store, stage, context, failure }: StartWork,
  afterwards: Readonly<Partial<Record<ServerName, () => Promise<void>>>>,
): Promise<void> {
  const start = async (server: LocalServer) => {
    try {
      await stage.step(server.title, (update) => ensureServer(server, store, context, update));
      await afterwards[server.server]?.();
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  };
  const results = await Promise.allSettled(servers.map(start));
  if (results.every(({ status }) => status === "fulfilled")) return;
  for (const { server } of servers) {
    const record = store.state.servers[server];
    if (record === undefined || running.has(server)) continue;
    await stopProcess(record.process, STOP[server]);
    store.setServer(server, undefined);
  }
  throw failure.signal.reason;
}
