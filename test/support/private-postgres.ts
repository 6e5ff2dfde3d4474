import { appendFile, chmod, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import { Client } from "pg";

import { ensurePostgresBinaries } from "../../src/targets/local/postgres-binaries.js";
import { findServiceUser } from "../../src/targets/local/service-user.js";
import type { PostgresConnection } from "./postgres-connection.js";

/** A PostgreSQL of one test's own, for what the server that all tests share cannot show. */
export interface PrivatePostgres {
  readonly connection: PostgresConnection;
  /** Its data directory. */
  readonly data: string;
  /** Everything that it has logged. */
  log(): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes away what makes it a standby, while it is stopped. */
  promote(): Promise<void>;
  /** Stops it and removes everything. */
  dispose(): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const HOST = "127.0.0.1";

/** Starts it; `settings` are lines of its configuration. */
export async function startPrivatePostgres(
  settings: Readonly<Record<string, string | number>> = {},
): Promise<PrivatePostgres> {
  const user = await findServiceUser();
  const folder = await realpath(await mkdtemp(join(tmpdir(), "cdc-pipeline-private-")));
  await chmod(folder, 0o755);
  const binaries = join((await ensurePostgresBinaries(join(folder, "cache"))).folder, "bin");
  const passwordFile = join(folder, "password");
  const connection = {
    host: HOST,
    port: await getPort({ host: HOST }),
    user: "admin",
    password: "password123",
  };
  await writeFile(passwordFile, connection.password);
  if (user !== undefined) await execa("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
  const as = user === undefined ? { cwd: folder } : { cwd: folder, uid: user.uid, gid: user.gid };
  const data = join(folder, "data");
  const logFile = join(folder, "server.log");
  const login = ["--username=admin", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  await execa(
    join(binaries, "initdb"),
    [`--pgdata=${data}`, ...login, "--encoding=UTF8", "--locale=C", "--no-sync"],
    as,
  );
  const all = {
    listen_addresses: `'${HOST}'`,
    port: connection.port,
    unix_socket_directories: "''",
    wal_level: "logical",
    fsync: "off",
    ...settings,
  };
  await appendFile(
    join(data, "postgresql.conf"),
    Object.entries(all)
      .map(([name, value]) => `${name} = ${value}`)
      .join("\n"),
  );
  const run = () =>
    execa(join(binaries, "postgres"), ["-D", data], {
      ...as,
      reject: false,
      killSignal: "SIGQUIT",
      stdout: "ignore",
      stderr: { file: logFile, append: true },
      buffer: false,
    });
  let server: ReturnType<typeof run> | undefined;
  const start = async (): Promise<void> => {
    server = run();
    await waitUntilReady(connection);
  };
  const stop = async (): Promise<void> => {
    server?.kill("SIGINT");
    await server;
    server = undefined;
  };
  await start();
  return {
    connection,
    data,
    log: () => readFile(logFile, "utf8"),
    promote: () => rm(join(data, "standby.signal")),
    start,
    stop,
    async dispose() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function waitUntilReady(connection: PostgresConnection): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const client = new Client({ ...connection, database: "postgres" });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
