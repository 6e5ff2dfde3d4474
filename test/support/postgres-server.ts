import { rmSync } from "node:fs";
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client } from "pg";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { copyBackup } from "./copy-backup.js";
import { freePort } from "./free-port.js";
import { onEarlyExit } from "./on-early-exit.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { ADMIN, ensurePostgresFiles, giveTo, type PostgresFiles } from "./postgres-files.js";
import {
  LOG_FILE,
  type PostgresProcess,
  type PostgresSettings,
  spawnPostgres,
  waitUntilReady,
  writeSettings,
} from "./postgres-process.js";
import type { PostgresMajor } from "./postgres-versions.js";
import { until } from "./until.js";

const HOST = "127.0.0.1";
const BASE_SETTINGS: PostgresSettings = {
  listen_addresses: HOST,
  unix_socket_directories: "",
  wal_level: "logical",
  fsync: "off",
};
const REMOVAL = { recursive: true, force: true, maxRetries: 10 } as const;

export interface ServerOptions {
  readonly version: PostgresMajor;
  /** Over those that every server of the tests has: logical WAL, no fsync. */
  readonly settings?: PostgresSettings;
  /** The whole of `pg_hba.conf`; by default everybody from this machine may log in with a password. */
  readonly hba?: string;
}

/** A running PostgreSQL in a temporary folder; `stop` removes it. */
export class PostgresServer implements PostgresConnection, AsyncDisposable {
  readonly version: PostgresMajor;
  readonly host = HOST;
  readonly port: number;
  readonly user = ADMIN.user;
  readonly password = ADMIN.password;
  readonly dataDir: string;
  readonly #files: PostgresFiles;
  readonly #folder: string;
  readonly #clients: Client[] = [];
  readonly #standbys: PostgresServer[] = [];
  readonly #forget: () => void;
  #settings = BASE_SETTINGS;
  #process: PostgresProcess | undefined;

  private constructor(version: PostgresMajor, files: PostgresFiles, folder: string, port: number) {
    this.version = version;
    this.port = port;
    this.dataDir = join(folder, "data");
    this.#files = files;
    this.#folder = folder;
    this.#forget = onEarlyExit(() => {
      this.#process?.kill("SIGQUIT");
      rmSync(folder, REMOVAL);
    });
  }

  /** For tests there is `startPostgres`, which knows the version. */
  static async start(options: ServerOptions): Promise<PostgresServer> {
    return PostgresServer.#startWith(options, ({ dataDir }, { pristineData }) =>
      cp(pristineData, dataDir, { recursive: true }),
    );
  }

  static async #startWith(
    { version, ...options }: ServerOptions,
    makeData: (server: PostgresServer, files: PostgresFiles) => Promise<void>,
  ): Promise<PostgresServer> {
    const files = await ensurePostgresFiles(version);
    const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-test-postgres-"));
    const server = new PostgresServer(version, files, folder, await freePort());
    try {
      // Run as root, servers belong to another user, who must get in.
      await chmod(folder, 0o755);
      await makeData(server, files);
      await server.#start(options);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Only what a client needs. */
  get connection(): PostgresConnection {
    const { host, port, user, password } = this;
    return { host, port, user, password };
  }

  /** A connection that `stop` and `restart` end: of the superuser, unless somebody else is named. */
  async connect(database: string, login: { user: string; password: string } = this): Promise<Client> {
    const { host, port } = this;
    const client = new Client({ host, port, user: login.user, password: login.password, database });
    // A test may have its connection broken on purpose; without a listener that would end the process.
    client.on("error", () => undefined);
    await client.connect();
    this.#clients.push(client);
    return client;
  }

  /** Runs one statement as the superuser on a connection of its own. @returns its rows */
  async query(
    database: string,
    sql: string,
    parameters: readonly unknown[] = [],
  ): Promise<Record<string, unknown>[]> {
    const client = new Client({ ...this.connection, database });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql, [...parameters]);
      return rows;
    } finally {
      await client.end();
    }
  }

  /** Cuts all connections and starts on the same data and port; settings that are not named stay. */
  async restart(changes: Omit<ServerOptions, "version"> = {}): Promise<void> {
    await this.#endClients();
    this.#process?.kill("SIGINT");
    await this.#process;
    await this.#start(changes);
  }

  /** Has the server read its settings and `pg_hba.conf` again; done when a new session shows that it has. */
  async reload(): Promise<void> {
    const loadTime = async () =>
      String((await this.query("postgres", "SELECT pg_conf_load_time()::text AS at"))[0]?.at);
    const before = await loadTime();
    await this.query("postgres", "SELECT pg_reload_conf()");
    await until("the new settings", async () =>
      (await loadTime()) === before ? notYet("the old ones") : ready(undefined),
    );
  }

  /** Everything that it has logged so far. */
  readLog(): Promise<string> {
    return readFile(join(this.#folder, LOG_FILE), "utf8");
  }

  /** A hot standby that streams from this server; it is stopped with it at the latest. */
  async makeStandby({
    settings = {},
  }: { readonly settings?: PostgresSettings } = {}): Promise<PostgresServer> {
    const { version, host, port, user, password } = this;
    const name = `standby_${this.#standbys.length + 1}`;
    const primary = { host, port, user, password, application_name: name };
    const conninfo = Object.entries(primary).map(([key, value]) => `${key}='${value}'`);
    const standby = await PostgresServer.#startWith(
      // Some settings must be at least the primary's.
      { version, settings: { ...this.#settings, primary_conninfo: conninfo.join(" "), ...settings } },
      async ({ dataDir }) => {
        await copyBackup(this, dataDir);
        await writeFile(join(dataDir, "standby.signal"), "");
      },
    );
    this.#standbys.push(standby);
    await until(`the stream to ${name}`, async () => {
      const sql = "SELECT state FROM pg_stat_replication WHERE application_name = $1";
      const [stream] = await this.query("postgres", sql, [name]);
      return stream?.state === "streaming" ? ready(undefined) : notYet(String(stream?.state));
    });
    return standby;
  }

  /** Ends the server at once and removes its folder; may be called again. */
  async stop(): Promise<void> {
    await Promise.all(this.#standbys.splice(0).map((standby) => standby.stop()));
    await this.#endClients();
    // SIGQUIT ends all backends at once; what they would still save is removed anyhow.
    this.#process?.kill("SIGQUIT");
    await this.#process;
    await rm(this.#folder, REMOVAL);
    this.#forget();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #start({ settings = {}, hba }: Omit<ServerOptions, "version">): Promise<void> {
    const { binaries, user } = this.#files;
    this.#settings = { ...this.#settings, ...settings };
    if (hba !== undefined) await writeFile(join(this.dataDir, "pg_hba.conf"), hba);
    await writeSettings(this.#folder, { ...this.#settings, port: this.port });
    await giveTo(user, this.#folder);
    this.#process = spawnPostgres(binaries, this.#folder, user);
    await waitUntilReady(this.#process, this.#folder, this.connection);
  }

  async #endClients(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.end()));
  }
}
