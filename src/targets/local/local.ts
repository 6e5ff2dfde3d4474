import type { Config } from "../../config/config.js";
import { CdcError } from "../../errors.js";
import { type ServerName, SERVERS, type ServerStatus, type Target } from "../target.js";
import { exists } from "./cache.js";
import { type Layout, logFile, planLayout } from "./layout.js";
import { localDeployment, withWorkerPassword } from "./local-deployment.js";
import { localDown } from "./local-down.js";
import { localUp } from "./local-up.js";
import { readLogFile } from "./log-file.js";
import { planDown } from "./plan-down.js";
import { planUp } from "./plan-up.js";
import { isAlive } from "./process-identity.js";
import { createLocalRecovery } from "./recovery/local-recovery.js";
import { findServiceUser } from "./service-user.js";
import { type LocalState, readState } from "./state.js";
import { VERSIONS } from "./versions.js";

/** PostgreSQL, Kafka and Kafka Connect as plain processes of this machine, with their data in `.cdc-pipeline`. */
export function createLocalTarget(config: Config): Target {
  const findLayout = async () => planLayout(config.stateDir, config.cacheDir, await findServiceUser());
  return {
    name: "local",
    ownsServers: true,
    up: async (stage, context) => localUp(config, await findLayout(), stage, context),
    planUp: async () => planUp(config, await findLayout()),
    planDown: async (_context, options) => planDown(await findLayout(), options),
    down: async (stage, context, options) => localDown(await findLayout(), stage, context, options),
    async find(_context, needed) {
      const layout = await findLayout();
      return withWorkerPassword(localDeployment(config, layout, requireServers(layout, needed)), layout);
    },
    async status() {
      const layout = await findLayout();
      const state = readState(layout.stateFile);
      return Promise.all(SERVERS.map((server) => statusOf(server, layout, state)));
    },
    recovery: async () => createLocalRecovery(config, await findLayout()),
    close: () => Promise.resolve(),
    async log(server, options, { signal }) {
      const file = logFile(await findLayout(), server);
      if (await exists(file)) return { source: file, pieces: readLogFile(file, options, signal) };
      throw new CdcError("NOT_DEPLOYED", `${server} has not written a log in ${config.stateDir} yet`, {
        hint: "cdc-pipeline deploy",
      });
    },
  };
}

function requireState(layout: Layout): LocalState {
  const state = readState(layout.stateFile);
  if (state !== undefined) return state;
  throw new CdcError(
    "NOT_DEPLOYED",
    `no servers have been started from this directory (${layout.stateDir})`,
    {
      hint: "cdc-pipeline deploy",
    },
  );
}

function requireServers(layout: Layout, needed: readonly ServerName[] = SERVERS): Record<ServerName, number> {
  const { servers } = requireState(layout);
  const missing = needed.filter((server) => servers[server] === undefined);
  if (missing.length > 0) {
    throw new CdcError("NOT_DEPLOYED", `not running: ${missing.join(", ")}`, { hint: "cdc-pipeline deploy" });
  }
  const port = (server: ServerName) => servers[server]?.port ?? 0;
  return { postgres: port("postgres"), kafka: port("kafka"), connect: port("connect") };
}

async function statusOf(
  server: ServerName,
  layout: Layout,
  state: LocalState | undefined,
): Promise<ServerStatus> {
  const version = server === "postgres" ? VERSIONS.postgres : VERSIONS.kafka;
  const record = state?.servers[server];
  const log = logFile(layout, server);
  const common = { server, version, ...((await exists(log)) ? { log } : {}) };
  if (record === undefined || !(await isAlive(record.process)))
    return { ...common, state: "stopped", address: "" };
  return { ...common, state: "running", address: `127.0.0.1:${record.port}`, pid: record.process.pid };
}
