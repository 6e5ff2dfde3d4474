import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { Client, DatabaseError } from "pg";

import type { ServiceUser } from "../../src/targets/local/service-user.js";
import { notYet, type Probe, ready } from "../../src/wait/wait-until.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { runAs, SETTINGS_FILE } from "./postgres-files.js";
import { until } from "./until.js";

export const LOG_FILE = "server.log";

export type PostgresSettings = Readonly<Record<string, string | number>>;

/** A server that was started. Which signal ends it how: SIGINT cuts connections, SIGQUIT also saves nothing. */
export type PostgresProcess = ReturnType<typeof spawnPostgres>;

/** Settings are in a file, so that ALTER SYSTEM goes before them. */
export function spawnPostgres(binaries: string, folder: string, user: ServiceUser | undefined) {
  return execa(join(binaries, "postgres"), ["-D", join(folder, "data")], {
    cwd: folder,
    ...runAs(user),
    reject: false,
    killSignal: "SIGQUIT",
    stdout: "ignore",
    stderr: { file: join(folder, LOG_FILE) },
    buffer: false,
  });
}

/** Rejects with the server's log when it ends instead, or does not answer in time. */
export async function waitUntilReady(
  server: PostgresProcess,
  folder: string,
  connection: PostgresConnection,
): Promise<void> {
  try {
    await until("PostgreSQL for the tests", () => probe(server, connection));
  } catch (error) {
    const log = await readFile(join(folder, LOG_FILE), "utf8");
    throw new Error(`PostgreSQL for the tests did not start:\n${log}`, { cause: error });
  }
}

export async function writeSettings(folder: string, settings: PostgresSettings): Promise<void> {
  await writeFile(join(folder, "data", SETTINGS_FILE), renderSettings(settings));
}

function renderSettings(settings: PostgresSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
    .join("");
}

/** A server that refuses the login or, as a standby, every login, is there as well. */
async function probe(server: PostgresProcess, connection: PostgresConnection): Promise<Probe<void>> {
  if (server.exitCode !== null || server.signalCode !== null) throw new Error("it ended");
  const client = new Client({ ...connection, database: "postgres" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return ready(undefined);
  } catch (error) {
    if (error instanceof DatabaseError) {
      if (error.code?.startsWith("28") === true) return ready(undefined);
      if (error.detail === "Hot standby mode is disabled.") return ready(undefined);
    }
    return notYet((error as Error).message);
  } finally {
    await client.end();
  }
}
