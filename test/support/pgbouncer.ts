import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { Client } from "pg";

import { findServiceUser } from "../../src/targets/local/service-user.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { freePort } from "./free-port.js";
import { onEarlyExit } from "./on-early-exit.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { giveTo, runAs } from "./postgres-files.js";
import { until } from "./until.js";

export interface PgBouncer extends AsyncDisposable {
  readonly port: number;
}

interface Login {
  readonly user: string;
  readonly password: string;
}

/**
 * Starts a PgBouncer (the machine's own) before a server, in a temporary folder.
 * @param logins who may use it, besides the server's superuser
 * @param settings lines of its section `[pgbouncer]`
 */
export async function startPgBouncer(
  server: PostgresConnection,
  logins: readonly Login[],
  settings: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  // Run as root it refuses to start.
  const user = await findServiceUser();
  const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-test-pgbouncer-"));
  const port = await freePort();
  const users = [server, ...logins].map((login) => `"${login.user}" "${login.password}"\n`);
  await writeFile(join(folder, "users.txt"), users.join(""));
  await writeFile(
    join(folder, "pgbouncer.ini"),
    render(server, {
      listen_addr: server.host,
      listen_port: String(port),
      unix_socket_dir: "",
      auth_type: "scram-sha-256",
      auth_file: join(folder, "users.txt"),
      logfile: join(folder, "pgbouncer.log"),
      ...settings,
    }),
  );
  await giveTo(user, folder);
  const pooler = execa("pgbouncer", ["--quiet", join(folder, "pgbouncer.ini")], {
    cwd: folder,
    ...runAs(user),
    // Debian has it where only root looks.
    env: { PATH: `${process.env.PATH ?? ""}:/usr/sbin` },
    reject: false,
    killSignal: "SIGQUIT",
    stdio: "ignore",
  });
  const forget = onEarlyExit(() => pooler.kill("SIGQUIT"));
  const stop = async () => {
    pooler.kill("SIGQUIT");
    await pooler;
    await rm(folder, { recursive: true, force: true });
    forget();
  };
  try {
    await until("PgBouncer", async () => {
      if (pooler.exitCode !== null) throw new Error("it ended");
      return canLogIn({ ...server, port });
    });
  } catch (error) {
    const log = await readFile(join(folder, "pgbouncer.log"), "utf8").catch(() => String(error));
    await stop();
    throw new Error(`PgBouncer did not start; is it installed?\n${log}`, { cause: error });
  }
  return { port, [Symbol.asyncDispose]: stop };
}

const render = ({ host, port }: PostgresConnection, settings: Readonly<Record<string, string>>): string =>
  [
    "[databases]",
    `* = host=${host} port=${port}`,
    "[pgbouncer]",
    ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
    "",
  ].join("\n");

async function canLogIn(connection: PostgresConnection) {
  const client = new Client({ ...connection, database: "postgres" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return ready(undefined);
  } catch (error) {
    return notYet((error as Error).message);
  } finally {
    await client.end();
  }
}
