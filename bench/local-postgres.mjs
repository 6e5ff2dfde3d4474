import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { measure } from "./measure.mjs";
import { query } from "./query.mjs";

const load = (module) => import(new URL(`../dist/${module}.js`, import.meta.url).href);

/** What the local target would log in as. */
const ADMIN = { user: "admin", password: "password123" };

/** The local target's PostgreSQL with the local target's settings, without its other servers. */
export async function startLocalPostgres(root, port) {
  const { findServiceUser } = await load("targets/local/service-user");
  const { planLayout } = await load("targets/local/layout");
  const { makeStateDir } = await load("targets/local/state-dir");
  const { ensurePostgresBinaries } = await load("targets/local/postgres-binaries");
  const { postgresServer } = await load("targets/local/postgres-server");
  const { ensureServer, STOP } = await load("targets/local/local-server");
  const { StateStore } = await load("targets/local/state");
  const { stopProcess } = await load("targets/local/server-process");
  const { deadlineIn } = await load("wait/deadline");
  const cacheDir = join(root, "cache");
  await mkdir(cacheDir, { recursive: true });
  const layout = await planLayout(join(root, "postgres"), cacheDir, await findServiceUser());
  await makeStateDir(layout);
  const store = new StateStore(layout.stateFile, { version: 1, clusterId: "none", servers: {} });
  const binaries = async () => (await ensurePostgresBinaries(cacheDir)).folder;
  const endpoint = {
    host: "127.0.0.1",
    port,
    adminUser: ADMIN.user,
    adminPassword: ADMIN.password,
    adminDatabase: "mydb",
  };
  const server = postgresServer(layout, binaries, endpoint, { port, requestedPort: port });
  const start = () => {
    const { signal } = new AbortController();
    const context = { report: () => undefined, signal, deadline: deadlineIn(60_000) };
    return ensureServer(server, store, context, () => undefined);
  };
  // Data that is thrown away needs no good end.
  const stop = async (how = { ...STOP.postgres, signal: "SIGQUIT" }) => {
    const record = store.state.servers.postgres;
    if (record === undefined) return;
    store.setServer("postgres", undefined);
    const done = await stopProcess(record.process, how);
    if (done === "killed") throw new Error("PostgreSQL did not end in time");
  };
  await start();
  const data = join(layout.serversDir, "postgres", "data");
  const connection = { host: endpoint.host, port, ...ADMIN };
  return {
    /** For psql. */
    psqlEnv: {
      PGHOST: connection.host,
      PGPORT: String(port),
      PGUSER: ADMIN.user,
      PGPASSWORD: ADMIN.password,
    },
    /** For the program's target `external`. */
    programEnv: {
      CDC_PIPELINE_POSTGRES_HOST: connection.host,
      CDC_PIPELINE_POSTGRES_PORT: String(port),
      CDC_PIPELINE_POSTGRES_ADMIN_USER: ADMIN.user,
      CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: ADMIN.password,
    },
    /** Runs statements one after another, each in a transaction of its own. */
    query: (database, ...statements) => query({ ...connection, database }, ...statements),
    /** Keeps all data as it is now; `restore` brings it back, as often as wanted. */
    async keep() {
      await this.query("postgres", "CHECKPOINT");
      await stop(STOP.postgres);
      await measure("cp", ["-a", data, `${data}.kept`]);
      await start();
    },
    async restore() {
      await stop();
      await rm(data, { recursive: true });
      await measure("cp", ["-a", `${data}.kept`, data]);
      // What copying left to be written must not be paid for by whoever comes next.
      await measure("sync", []);
      await start();
    },
    stop: () => stop(),
  };
}
