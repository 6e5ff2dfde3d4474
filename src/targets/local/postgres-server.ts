import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import { CdcError } from "../../errors.js";
import { notYet, ready } from "../../wait/wait-until.js";
import { CAPTURE_SETTINGS } from "../postgres-settings.js";
import { archiveDir, makeArchive } from "./archive-folder.js";
import { archiveSettings, quoteSetting } from "./archive-settings.js";
import { awaitOrphans } from "./await-orphans.js";
import { exists } from "./cache.js";
import { fingerprintOf } from "./fingerprint.js";
import { type Layout, logFile, serverDir } from "./layout.js";
import { type LocalServer, reasonOf } from "./local-server.js";
import type { ChosenPort } from "./ports.js";
import { makePrivateFolder, writePrivateFile } from "./private-files.js";
import { releaseStaleLock } from "./stale-postmaster.js";
import { VERSIONS } from "./versions.js";

/** Read by `postgresql.conf`; what ALTER SYSTEM sets goes before it. */
export const SETTINGS_FILE = "cdc-pipeline.conf";

/** Who gets in: by password, over loopback, and nobody for a physical copy of all data. Logical replication is by database. */
const HBA = `# Written by cdc-pipeline when the data was made, and left alone since.
host all all 127.0.0.1/32 scram-sha-256
`;

/** PostgreSQL with logical WAL on loopback. `findBinaries` answers the folder with `bin/postgres`. */
export function postgresServer(
  layout: Layout,
  findBinaries: () => Promise<string>,
  endpoint: PostgresEndpoint,
  chosenPort: ChosenPort,
  slotWalKeepMb?: number,
): LocalServer {
  const folder = serverDir(layout, "postgres");
  const data = join(folder, "data");
  const settings = renderPostgresSettings(chosenPort.port, archiveDir(layout), slotWalKeepMb);
  const log = logFile(layout, "postgres");
  return {
    ...chosenPort,
    server: "postgres",
    title: `PostgreSQL ${VERSIONS.postgres}`,
    fingerprint: fingerprintOf(VERSIONS.postgres, data, settings),
    logFile: log,
    async process() {
      return {
        command: join(await findBinaries(), "bin", "postgres"),
        args: ["-D", data],
        cwd: folder,
        env: { LC_ALL: "C", PATH: "/usr/bin:/bin" },
        logFile: log,
        user: layout.user,
      };
    },
    async writeFiles() {
      if (!(await exists(data))) await initialise(layout, await findBinaries(), folder, data, endpoint);
      await checkMajorVersion(data);
      await awaitOrphans(data);
      await releaseStaleLock(data);
      await makeArchive(layout);
      await writePrivateFile(join(data, SETTINGS_FILE), settings, layout.user);
    },
    async probe() {
      try {
        const found = await withPostgres(endpoint, "postgres", async (client) => {
          const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
          return rows[0]?.data_directory;
        });
        return found === data
          ? ready(undefined)
          : notYet(`the server on this port has its data in ${found ?? "?"}`);
      } catch (error) {
        // A wrong password does not get right by waiting.
        if (error instanceof CdcError && error.code === "POSTGRES_REFUSED") throw error;
        return reasonOf(error);
      }
    },
    // As `lc_messages` has it, below.
    isEnding: (reason) => reason.includes("the database system is shutting down"),
  };
}

/** The settings that make a server fit for capture and recovery; `ALTER SYSTEM` goes before them. */
export function renderPostgresSettings(port: number, archive: string, slotWalKeepMb?: number): string {
  const kept = slotWalKeepMb === undefined ? {} : { max_slot_wal_keep_size: `${slotWalKeepMb}MB` };
  const settings = { ...CAPTURE_SETTINGS, ...kept, ...archiveSettings(archive) };
  const shared = Object.entries(settings).map(([name, value]) => `${name} = ${quoteSetting(value)}\n`);
  return `# Written by cdc-pipeline at each start. Use ALTER SYSTEM for settings of your own.
listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = ''
${shared.join("")}lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
`;
}

/** Makes the data directory beside its place and moves it there when it is whole. */
async function initialise(
  layout: Layout,
  binaries: string,
  folder: string,
  data: string,
  endpoint: PostgresEndpoint,
): Promise<void> {
  const draft = `${data}.new`;
  const passwordFile = join(folder, "password.new");
  await rm(draft, { recursive: true, force: true });
  const { user } = layout;
  await makePrivateFolder(folder, user);
  await writePrivateFile(passwordFile, endpoint.adminPassword, user);
  const login = ["--username", endpoint.adminUser, "--pwfile", passwordFile, "--auth", "scram-sha-256"];
  const result = await execa(
    join(binaries, "bin", "initdb"),
    ["-D", draft, ...login, "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"],
    {
      cwd: folder,
      reject: false,
      all: true,
      env: { LC_ALL: "C" },
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    },
  );
  await rm(passwordFile, { force: true });
  if (result.failed) throw initdbFailed(result.all);
  await writeFile(join(draft, "postgresql.conf"), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`, {
    flag: "a",
  });
  await writeFile(join(draft, "pg_hba.conf"), HBA);
  await rename(draft, data);
}

function initdbFailed(output: string): CdcError {
  const hint = output.includes("effective user ID")
    ? "PostgreSQL only runs as a user that the system knows: run the command as one that is in /etc/passwd"
    : "cdc-pipeline down --purge --yes removes what is there; then run this again";
  const last = output.trim().split("\n").slice(-5).join("\n");
  return new CdcError("SERVER_DIED", `initdb failed: ${last}`, { hint });
}

async function checkMajorVersion(data: string): Promise<void> {
  const found = (await readFile(join(data, "PG_VERSION"), "utf8").catch(() => "none")).trim();
  const major = VERSIONS.postgres.split(".")[0];
  if (found === major) return;
  throw new CdcError(
    "SERVER_DIED",
    `${data} holds data of PostgreSQL ${found}, and this is PostgreSQL ${major ?? ""}`,
    {
      hint: "dump it with the old version, or start afresh: cdc-pipeline down --purge --yes",
    },
  );
}
