import { rmSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import getPort from "get-port";
import { Client } from "pg";
import type { TestProject } from "vitest/node";

import { ensurePostgresBinaries } from "../../src/targets/local/postgres-binaries.js";
import { findServiceUser, type ServiceUser } from "../../src/targets/local/service-user.js";
import { type PostgresConnection, postgresUrl } from "./postgres-connection.js";

const USER = "admin";
const PASSWORD = "password123";
const HOST = "127.0.0.1";
const LOG_FILE = "server.log";
const READY_TIMEOUT_MS = 30_000;
const REMOVAL = { recursive: true, force: true, maxRetries: 10 } as const;

/** Starts one PostgreSQL for the integration layer, in a temporary folder; the returned function removes it. */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const serviceUser = await findServiceUser();
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-test-"));
  let server: Server | undefined;
  const tearDown = async (): Promise<void> => {
    // SIGQUIT ends all backends at once; what they would still save is removed anyhow.
    server?.kill("SIGQUIT");
    await server;
    await rm(folder, REMOVAL);
    forget();
  };
  const forget = onEarlyExit(() => {
    server?.kill("SIGQUIT");
    rmSync(folder, REMOVAL);
  });
  try {
    const binaries = await provideBinaries(folder, serviceUser);
    await initialise(binaries, folder, serviceUser);
    const connection = { host: HOST, port: await getPort({ host: HOST }), user: USER, password: PASSWORD };
    server = startServer(binaries, folder, connection.port, serviceUser);
    await waitUntilReady(connection, server, join(folder, LOG_FILE));
    project.provide("postgres", connection);
    project.provide("postgresUrl", postgresUrl(connection, "postgres"));
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

/** Ctrl-C ends vitest without its teardown. The returned function takes the listeners off again. */
function onEarlyExit(listener: () => void): () => void {
  const exit = (_signal: string, signalNumber: number): void => process.exit(128 + signalNumber);
  process.once("exit", listener).once("SIGINT", exit).once("SIGTERM", exit);
  return () => process.off("exit", listener).off("SIGINT", exit).off("SIGTERM", exit);
}

/** The folder with `initdb` and `postgres`; made as the local target makes it, so that every user can run them. */
async function provideBinaries(folder: string, serviceUser: ServiceUser | undefined): Promise<string> {
  const binaries = await ensurePostgresBinaries(join(folder, "cache"));
  if (serviceUser !== undefined) {
    await execa("chown", ["-R", `${serviceUser.uid}:${serviceUser.gid}`, folder]);
  }
  return join(binaries.folder, "bin");
}

async function initialise(
  binaries: string,
  folder: string,
  serviceUser: ServiceUser | undefined,
): Promise<void> {
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, PASSWORD);
  const options = [
    `--pgdata=${join(folder, "data")}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  await execa(join(binaries, "initdb"), options, { cwd: folder, ...runAs(serviceUser) });
}

const runAs = (user: ServiceUser | undefined) => (user === undefined ? {} : { uid: user.uid, gid: user.gid });

type Server = ReturnType<typeof startServer>;

function startServer(binaries: string, folder: string, port: number, serviceUser: ServiceUser | undefined) {
  const settings = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: "",
    wal_level: "logical",
    max_connections: 200,
    max_replication_slots: 100,
    max_wal_senders: 100,
    fsync: "off",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return execa(join(binaries, "postgres"), ["-D", join(folder, "data"), ...options], {
    cwd: folder,
    ...runAs(serviceUser),
    reject: false,
    killSignal: "SIGQUIT",
    stdout: "ignore",
    stderr: { file: join(folder, LOG_FILE) },
    buffer: false,
  });
}

async function waitUntilReady(
  connection: PostgresConnection,
  server: Server,
  logPath: string,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline && server.exitCode === null && server.signalCode === null) {
    const client = new Client({ ...connection, database: "postgres" });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`PostgreSQL for the tests did not start:\n${await readFile(logPath, "utf8")}`);
}
